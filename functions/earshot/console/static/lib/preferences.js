/**
 * What a person has chosen, kept in their browser. A saved view is a name for an address, which can be sent to anybody:
 * nothing is stored for it on the server, where a customer's handle in a search would have to be found and forgotten.
 */

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise where nothing was chosen, or it cannot be read
 * @returns {T}
 */
export function preference(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`earshot.${name}`) ?? "") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function prefer(name, value) {
  localStorage.setItem(`earshot.${name}`, JSON.stringify(value));
}
