/** What a card says of a model that was trained on bars of a simulation. */
export const MADE_UP = '**Its bars were made up by a simulation:** it knows the simulation and no market.';
