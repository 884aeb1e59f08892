/**
 * Certificates for tests, made anew each time: an authority, what it has signed, and another authority that has signed nothing.
 */
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** The paths of the files; the server's certificate is for the address 127.0.0.1 and for no name. */
export const certificates = Effect.map(temporaryDirectory, (directory) => {
  const file = (name: string) => join(directory, name)
  const openssl = (line: string, ...rest: ReadonlyArray<string>) =>
    execFileSync("openssl", [...line.split(" "), ...rest], { cwd: directory, stdio: "pipe" })
  const authority = (name: string) =>
    openssl(`req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ${name}.key -out ${name}.crt -subj`, `/CN=${name}`)
  const signed = (name: string, ...more: ReadonlyArray<string>) => {
    openssl(`req -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj`, `/CN=${name}`, ...more)
    openssl(
      `x509 -req -days 2 -in ${name}.csr -CA authority.crt -CAkey authority.key -CAcreateserial -out ${name}.crt ` +
        "-copy_extensions copy"
    )
  }
  authority("authority")
  authority("stranger")
  signed("server", "-addext", "subjectAltName=IP:127.0.0.1")
  signed("postgres")
  openssl("rsa -aes128 -passout pass:sesame -in postgres.key -out locked.key")
  giveToServer(directory, file("server.key"))
  return { file, read: (name: string) => readFileSync(file(name), "utf8") }
})

/** The server refuses a key that others may read; where the tests are run by root, it runs as somebody else. */
const giveToServer = (directory: string, key: string) => {
  chmodSync(directory, 0o755)
  chmodSync(key, 0o600)
  if (process.getuid?.() !== 0) return
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"))
  const account = accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody")
  chownSync(key, Number(account?.[2]), Number(account?.[3]))
}
