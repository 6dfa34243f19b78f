// conductor plan ...: the table's rows.
#pragma once
#include "services/cli/command.hpp"

namespace conductor::cli {

Command plan_create_command();
Command plan_list_command();
Command plan_show_command();
Command plan_wait_command();
Command plan_delete_command();
Command plan_events_command();
Command plan_explain_command();
Command plan_why_not_command();

}  // namespace conductor::cli
