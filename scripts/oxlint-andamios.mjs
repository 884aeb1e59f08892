// The habits of this project that oxlint has no rule for.

const noTry = {
  create: (context) => ({
    TryStatement: (node) =>
      context.report({
        node,
        message: "Failures are in the type: use Effect.try or Effect.tryPromise({ try, catch }), not a try statement."
      })
  })
}

/** The name at the left end of `Effect.gen(…).pipe(…)`. */
const leftEnd = (node) =>
  node.type === "Identifier" ? node.name : leftEnd(node.callee ?? node.object ?? { type: "Identifier" })

const noUnrunEffect = {
  create: (context) => ({
    CallExpression: (node) => {
      const body = node.arguments.findLast((argument) => argument.type === "ArrowFunctionExpression")?.body
      if (
        ["it", "test"].includes(node.callee.name) && body !== undefined && leftEnd(body) === "Effect" && !isRun(body)
      ) {
        context.report({
          node,
          message: "Nobody runs this Effect, so the test always passes: use it.effect from @effect/vitest."
        })
      }
    }
  })
}

/** Whether an expression ends in one of Effect's run functions. */
const isRun = (body) => body.callee?.property?.name?.startsWith("run") ?? false

export default {
  meta: { name: "andamios" },
  rules: { "no-try": noTry, "no-unrun-effect": noUnrunEffect }
}
