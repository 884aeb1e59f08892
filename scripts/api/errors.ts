/**
 * The errors of an effect, a Layer or a stream, as its type tells them.
 */
import { SignatureKind, type Symbol, type Type, type TypeReference } from "typescript/unstable/sync"
import type { Sources } from "./sources.ts"

/** The names of the errors that a value may fail with, or what it returns when it is called; type parameters are none. */
export const errorsOf = (sources: Sources, type: Type): ReadonlyArray<string> =>
  [
    ...new Set(effectsOf(sources, type).flatMap((effect) => namesOf(sources.checker.getTypeArguments(effect)[1])))
  ].toSorted()

/** Whether a type is a Layer. */
export const isLayer = (type: Type): boolean => type.getSymbol()?.name === "Layer"

/** The effects among a type and what it returns, also where that is one more function. */
const effectsOf = (sources: Sources, type: Type): ReadonlyArray<TypeReference> => {
  if (type.isUnionType()) return type.getTypes().flatMap((one) => effectsOf(sources, one))
  if (isEffect(type)) return [type]
  return sources.checker.getSignaturesOfType(type, SignatureKind.Call).flatMap((signature) => {
    const returned = sources.checker.getReturnTypeOfSignature(signature)
    return returned === undefined ? [] : effectsOf(sources, returned)
  })
}

/** An Effect, a Layer or a Stream itself: a class that is one as well says its errors by itself. */
const isEffect = (type: Type): type is TypeReference => {
  const name = type.getSymbol()?.name
  return type.isTypeReference() && (name === "Effect" || name === "Layer" || name === "Stream")
}

/** The names of the errors of a class whose instances are effects, but for those of the class that it extends. */
export const errorsOfClass = (sources: Sources, symbol: Symbol): ReadonlyArray<string> => {
  const instance = sources.checker.getDeclaredTypeOfSymbol(symbol)
  const inherited = (instance.getBaseTypes() ?? []).flatMap((base) => {
    const of = base.getSymbol()
    return of === undefined ? [] : channelOf(sources, sources.checker.getDeclaredTypeOfSymbol(of))
  })
  return channelOf(sources, instance).filter((name) => !inherited.includes(name))
}

const channelOf = ({ checker }: Sources, instance: Type): ReadonlyArray<string> => {
  const property = checker.getPropertyOfType(instance, "~effect/Effect")
  const variance = property === undefined ? undefined : checker.getTypeOfSymbol(property)
  return variance?.isTypeReference() === true ? namesOf(checker.getTypeArguments(variance)[1]) : []
}

/** The names of the classes in a channel. What is computed of type parameters is none: the signature tells it. */
export const namesOf = (channel: Type | undefined): ReadonlyArray<string> => {
  if (channel?.isUnionType() === true) return channel.getTypes().flatMap(namesOf)
  const name = channel?.isObjectType() === true ? channel.getSymbol()?.name : undefined
  return name === undefined || name.startsWith("__") ? [] : [name]
}
