/** Tells whether an actor is the house itself: an acknowledgement says that a person has seen it, so none of ours may. */
export const isHouse = (actor: string): boolean => actor === 'system' || actor.startsWith('service:');
