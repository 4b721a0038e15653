/** The API's values, in the order in which lists show them, and the words that stand for them on screen. */

/** @type {Api.Severity[]} */
export const SEVERITIES = ["critical", "high", "normal", "low"];
/** @type {Api.Intent[]} */
export const INTENTS = ["complaint", "question", "praise", "opportunity", "other"];
/** @type {Record<Api.Status, string>} */
export const STATUSES = { open: "Open", acknowledged: "Acknowledged", replied: "Answered", resolved: "Resolved" };
/** How the inbox can be sorted. @type {[string, string][]} */
export const ORDERS = [["urgency", "Most urgent"], ["deadline", "Nearest deadline"], ["waiting", "Longest waiting"],
  ["reach", "Largest reach"], ["newest", "Newest"]];
/** How the link that opens a customer's post is called. @param {string} source */
export const replyLabel = (source) => (source === "x" ? "Reply on X" : "Open to reply");
/** @type {Record<string, string>} */
export const CHANNELS = { sms: "SMS", email: "email", webhook: "webhook" };
/** What staff may choose as the outcome of a case. */
export const OUTCOMES = ["answered", "fixed", "compensated", "no answer needed", "thanked", "not reachable"];
