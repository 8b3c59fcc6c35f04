/** A `Base` that only its own maker hands out, so that one kind of text or number cannot stand in for another. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
