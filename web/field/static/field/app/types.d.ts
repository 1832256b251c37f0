/* The shapes that the app's modules pass to each other. Times are ISO 8601 in UTC unless said; money is minor units. */

export interface Lack { rule: string; code: string; message: string; fix: string }

/** What the server says when it does not take something (RFC 9457), as much of it as the app reads. */
export interface Problem {
  status: number; code?: string; title?: string; detail?: string; rule?: string; lacks?: Lack[];
  errors?: Record<string, string[]>; order?: Order | null;
}

/** An order as the bundle has it (web/field/app/facts.py), perhaps with what was done here on top. */
export interface Order {
  id: number; number: string; version: number; state: string; list: string;
  at: string | null; ends: string | null; until: string | null; expected: string | null; leave_by: string | null;
  arrived: string | null; taken: string[]; kit_checked: boolean; outcome_step: string;
  forms: Record<string, { rows: any[]; note: string; folded: string[] }>;
  open: string[]; lacks: Record<string, Lack[]>;
  [more: string]: any;
}

export interface Verb { label: string; short: string; rule: string; tone: string; icon: string; from: string[]; to: string }

/** "settled": the server has to hear how (`how`) a refused one was settled; nothing else is left of it. */
export type ActState = "waiting" | "refused" | "settled";

/** One thing that was done here. It is sent under its key until the server has answered. */
export interface Act {
  key: string; seq: number; user: number; order: number; verb: string; values: Record<string, any>;
  device_at: string; position: { latitude: number; longitude: number; accuracy?: number } | null;
  label: string; said: string; state: ActState; sent: Record<string, number>; why: Problem | null; based: Record<string, any>;
  /** Of a refused one: it is to be done anew, and keeps its place until then. */
  again?: boolean; how?: "again" | "dropped";
}

/** A picture on this phone: `kind` as the server's PhotoKind. */
export interface Picture { id: string; blob: Blob; kind?: string; draft?: string; act?: string }

export interface Question { key: string; order: number; field: string; mine: any; theirs: any }

export interface Who {
  id: number; name: string; permit: string; zone: string; currency: string; digits: number; language: string;
  outlet: { name: string; phone: string };
}
