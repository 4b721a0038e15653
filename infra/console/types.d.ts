/**
 * What the console's scripts are checked against (`make console-check`); nothing here is deployed.
 *
 * The shapes of the API's answers come from docs/openapi.json: `npm run types` writes them to build/openapi.d.ts, so a
 * field that the API renames or drops is an error in the script that reads it.
 */

import type { components } from "../../build/openapi";

type Schemas = components["schemas"];

declare global {
  namespace Api {
    type Absence = Schemas["Absence"];
    type Alert = Schemas["Alert"];
    type AlertState = Schemas["AlertState"];
    type Arrival = Schemas["Arrival"];
    type Author = Schemas["Author"];
    type AuthorPage = Schemas["AuthorPage"];
    type BrandList = Schemas["BrandList"];
    type BrandsPreview = Schemas["BrandsPreview"];
    type BrandsText = Schemas["BrandsText"];
    type Budget = Schemas["Budget"];
    type BulkResult = Schemas["BulkResult"];
    type BrandFigures = Schemas["BrandFigures"];
    type Case = Schemas["Case"];
    type CaseFile = Schemas["CaseFile"];
    type Choice = Schemas["Choice"];
    type Colleague = Schemas["Colleague"];
    type Colleagues = Schemas["Colleagues"];
    type Coverage = Schemas["Coverage"];
    type Doctor = Schemas["Doctor"];
    type EachResult = Schemas["EachResult"];
    type Finding = Schemas["Finding"];
    type Gap = Schemas["Gap"];
    type Health = Schemas["Health"];
    type Incident = Schemas["Incident"];
    type IncidentFile = Schemas["IncidentFile"];
    type IncidentPage = Schemas["IncidentPage"];
    type InboxIds = Schemas["InboxIds"];
    type InboxPage = Schemas["InboxPage"];
    type Intent = Schemas["Intent"];
    type JudgedPost = Schemas["JudgedPost"];
    type Live = Schemas["Live"];
    type LogEntry = Schemas["LogEntry"];
    type Me = Schemas["Me"];
    type Mention = Schemas["Mention"];
    type NetworkFigures = Schemas["NetworkFigures"];
    type NoteResult = Schemas["NoteResult"];
    type OnCall = Schemas["OnCall"];
    type PolicyParts = Schemas["PolicyParts"];
    type PolicyPreview = Schemas["PolicyPreview"];
    type PolicyText = Schemas["PolicyText"];
    type Praise = Schemas["Praise"];
    type PraisePage = Schemas["PraisePage"];
    type Preview = Schemas["Preview"];
    type Problem = Schemas["Problem"];
    type QuietHours = Schemas["QuietHours"];
    type Reason = Schemas["Reason"];
    type Refusal = Schemas["Refusal"];
    type Report = Schemas["Report"];
    type CorrectionRow = Schemas["CorrectionRow"];
    type Corrections = Schemas["Corrections"];
    type SettingChange = Schemas["SettingChange"];
    type SettingChanges = Schemas["SettingChanges"];
    type Severity = Schemas["Severity"];
    type Silence = Schemas["Silence"];
    type Silences = Schemas["Silences"];
    type Snippet = Schemas["Snippet"];
    type Snippets = Schemas["Snippets"];
    type SourceCoverage = Schemas["SourceCoverage"];
    type SourceHealth = Schemas["SourceHealth"];
    type Staff = Schemas["Staff"];
    type StaffMember = Schemas["StaffMember"];
    type Status = Schemas["Status"];
    type TermLists = Schemas["TermLists"];
    type TermsBacktest = Schemas["TermsBacktest"];
    type TermsText = Schemas["TermsText"];
    type TopicFigures = Schemas["TopicFigures"];
    type Turn = Schemas["Turn"];
    type Turns = Schemas["Turns"];
    type User = Schemas["User"];
    type Users = Schemas["Users"];
    type Viewers = Schemas["Viewers"];
  }

  /** Who is signed in; `can` asks for one of the API's operations, such as `acknowledge`. */
  interface CurrentUser extends Api.Me {
    can(operation: string): boolean;
  }

  /** What the address names. The shell in app.js shows `element`, and passes on the keys that are pressed. */
  interface ConsolePage {
    readonly title: string;
    readonly element: HTMLElement;
    /** Act on a key, and return whether it meant something here. */
    onKey?(key: string): boolean;
    /** Stop timers: the page is about to be replaced. */
    leave?(): void;
  }

  /** Called with a case as an action left it, or with null where the case must be fetched again. */
  type OnChanged = (changed: Api.Case | null) => void;

  /** The vendored chart library names itself on the window. */
  var uPlot: typeof import("uplot");
}
