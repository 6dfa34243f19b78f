// Methods of rpc topics `controller` and `solver` that the api role calls: arguments and answers, all JSON (store
// contract 5.4). This comment is the contract.
//
// Topic `controller`
// ping            {} -> {"ok": true}
// validate        {"template": object or text, "files": {...}?, "solver": {...}?, "resolve": bool?}
//   -> {"valid": bool, "errors": [E, ...], "warnings": [E, ...]}, E as in the API specification 19.3. `resolve` looks
//   locations and demands up, too.
// translate       {"template": object or text, "files": {...}?, "solver": {...}?, "plan_id": text}
//   -> an end of the stage: {"status": "translated", "documents": {"translation": ...}}
//      or {"status": "error", "message": text, "documents": {"errors": [E, ...]}}
// release_orders  the body of POST /v1/release-orders -> {"status": "success", "message": list or text}
// load_latency_rules, load_latency_country_rules   {"rules": the body of the request} -> "OK"
//   In these three an unusable body fails with `invalid` and a text that names the bad item; nothing is changed then.
//
// Topic `solver`
// ping            {} -> {"ok": true}
// dry_run         {"translation": object, "plan_id": text, "recommend_max": text, "timeout": seconds or 0,
//                  "extras": {"solver": {...}?}, "overlay": {...}?}
//   -> an end of the stage: {"status", "message"?, "documents": {"solution"?, "explanation"?}}
// why_not         {"plan_id": text, "demand": text, "candidate": text}
//   -> {"violated": [{"constraint", "reason", "text", "value"?, "limit"?}, ...]}
//      or {"cost", "value", "assignment": {demand: candidate_id}, "gaps"?, "status"?} (solver specification 21.5).
//   Fails with `not_found` for an unknown plan, demand or candidate, with `conflict` before the solver has a result.
//
// Nothing of `validate`, `translate` and `dry_run` is stored.
#pragma once

namespace conductor::model::plan_topics {

inline constexpr char controller[] = "controller", solver[] = "solver";
inline constexpr char ping[] = "ping", validate[] = "validate", translate[] = "translate", dry_run[] = "dry_run",
                      why_not[] = "why_not";
inline constexpr char release_orders[] = "release_orders", load_latency_rules[] = "load_latency_rules",
                      load_latency_country_rules[] = "load_latency_country_rules";

}  // namespace conductor::model::plan_topics
