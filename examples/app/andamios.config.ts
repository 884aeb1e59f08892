/**
 * What the command line knows of this application: `andamios generate`, `migrate status`, `schema erd`.
 */
import { defineConfig } from "andamios-orm/cli"
import { database } from "./database.ts"
import { models } from "./models/index.ts"

export default defineConfig({ database, models })
