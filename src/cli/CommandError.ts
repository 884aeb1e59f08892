/**
 * What commands fail with by themselves, beside what migrations and databases fail with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { messageOf } from "../model/messageOf.ts"

/** There is no config, or not what one is. */
export class ConfigInvalid extends Schema.TaggedError<ConfigInvalid>()("ConfigInvalid", {
  file: Schema.String,
  reason: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `${this.file}: ${this.reason}`
  }
}

/** The Layer of a database failed: of the config's own, or of the one that is named. */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>()("DatabaseUnavailable", {
  database: Schema.optionalKey(Schema.String),
  reason: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    const database = this.database === undefined ? "The database of the config" : `The database ${this.database}`
    return `${database} can't be used: ${this.reason}`
  }
}

/** A seed failed after everything was dropped and made anew. */
export class SeedFailed extends Schema.TaggedError<SeedFailed>()("SeedFailed", {
  database: Schema.String,
  revisions: Schema.Int,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `The seed failed: ${messageOf(this.cause)}\n` +
      `${this.database} has the tables of ${
        this.revisions === 1 ? "1 revision" : `${this.revisions} revisions`
      }, without ` +
      "the rows of the seed. Mend it, and run `andamios db seed`."
  }
}

/** A question that nobody is there to answer. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", {
  question: Schema.String,
  /** What to say on the command line instead. */
  hint: Schema.String
}) {
  override get message(): string {
    return `${this.question}\nThere is no terminal to answer on. ${this.hint}`
  }
}

/** A person said no. */
export class Declined extends Schema.TaggedError<Declined>()("Declined", { question: Schema.String }) {
  override get message(): string {
    return "Nothing was done."
  }
}

/** A file can't be read or written, or is not what it is said to be. */
export class FileUnusable extends Schema.TaggedError<FileUnusable>()("FileUnusable", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.file}: ${this.reason}`
  }
}

/** The answer is given, and tells what is wrong: only the exit code is left to say. */
export class Answered extends Schema.TaggedError<Answered>()("Answered", { exitCode: Schema.Int }) {}

/** A statement would change what is stored, and nobody said that it may. */
export class QueryWrites extends Schema.TaggedError<QueryWrites>()("QueryWrites", { sql: Schema.String }) {
  override get message(): string {
    return `The statement changes what is stored, so it was not run: ${this.sql}\nSay --write if it is to be run.`
  }
}

/** A command is for development, and the database looks like one that is not. */
export class NotForProduction extends Schema.TaggedError<NotForProduction>()("NotForProduction", {
  command: Schema.String,
  reason: Schema.String,
  instead: Schema.String
}) {
  override get message(): string {
    return `\`andamios ${this.command}\` is for development, and ${this.reason}.\n${this.instead}`
  }
}

/** The config lacks what a command needs. */
export class ConfigLacks extends Schema.TaggedError<ConfigLacks>()("ConfigLacks", {
  file: Schema.String,
  what: Schema.String
}) {
  override get message(): string {
    return `${this.file}: the config has no ${this.what}.`
  }
}

/** A database can't be taken over from another migrator as it stands. */
export class AdoptionRefused extends Schema.TaggedError<AdoptionRefused>()("AdoptionRefused", {
  reason: Schema.String,
  instead: Schema.String
}) {
  override get message(): string {
    return `${this.reason}\n${this.instead}`
  }
}
