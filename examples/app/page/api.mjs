/** What the server says, or a sentence that tells why it says nothing. */

/** Whom the page acts for; chosen at the top of it. */
const chosen = () => document.querySelector("#customer").value

/** Asks the API. What fails is an Error whose message can be shown. */
export const ask = async (path, { body, method = "GET" } = {}) => {
  const response = await fetch(`api${path}`, {
    method,
    headers: {
      ...(chosen() === "" ? {} : { authorization: `Bearer ${chosen()}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }).catch(() => {
    throw new Error("The service can't be reached. Is it running?")
  })
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => undefined)
  if (!response.ok || answer === undefined) throw new Error(answer?.detail ?? "Something went wrong on our side.")
  return answer
}

const problem = document.querySelector("#problem")
const done = document.querySelector("#done")

const show = (place, text) => {
  place.textContent = text
  place.hidden = text === ""
}

/** Does something, and tells what came of it. */
const told = async (work) => {
  show(problem, "")
  show(done, "")
  try {
    show(done, (await work()) ?? "")
  } catch (error) {
    show(problem, error.message)
    problem.scrollIntoView({ block: "nearest" })
  }
}

/** Does something that a person asked for, in its own time, and tells what came of it. */
export const attempt = (work) => {
  void told(work)
}
