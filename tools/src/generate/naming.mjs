/** Services in the order of the day; a folder of schemas must belong to one of them, or to the envelope or policies. */
export const SERVICE_ORDER = ['ingestion', 'analysis', 'risk', 'governance', 'escalation', 'notification', 'query'];

const pascal = (kebab) => kebab.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const kebab = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/**
 * The one place that knows how an event's name, its file, its schema id, its CloudEvents type and its subject follow
 * from each other. `service` and `entity` are `*` for what every service says about whichever entity is concerned.
 */
export function namesOf({ family, service, entity, event, key, major }) {
  const folder = service === '*' ? 'envelope' : service;
  const name = nameOf(family, entity, event);
  const file = kebab(name);
  const speaker = service === '*' ? '{service}' : service;
  const concerned = entity === '*' ? '{entity}' : entity;
  return {
    name,
    path: `${folder}/${file}.v${major}.json`,
    id: `tocsin:${folder}/${file}/${major}`,
    type: `tocsin.${speaker}.${concerned}.${event}.v${major}`,
    address: `${family}.${speaker}.{tenant}.${concerned}.{${key}}.${event}`,
  };
}

/** A fact puts the entity first (`BarClosed`), a request the verb (`AcknowledgeEpisode`). */
function nameOf(family, entity, event) {
  if (entity === '*') return pascal(event);
  return family === 'cmd' ? pascal(event) + pascal(entity) : pascal(entity) + pascal(event);
}

/** A subject as prose spells it: `evt.ingestion.<tenant>.bar.<pair>.closed`. */
export const inProse = (address) => address.replace(/\{(\w+)\}/g, '<$1>');
