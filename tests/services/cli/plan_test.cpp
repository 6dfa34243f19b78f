// conductor plan: what is sent, what is printed, what the exit status says.
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_plan)

namespace {

constexpr char small_template[] =
    "homing_template_version: 2018-02-01\n"
    "parameters:\n"
    "  latitude: 59.3\n"
    "  zip: x\n"
    "demands:\n"
    "  fw:\n"
    "  - inventory_provider: file\n"
    "    inventory_type: cloud\n";

struct Folder : config::test::Folder {
  std::string file(std::string const& name, std::string const& text) const { return write(name, text).string(); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(create_sends_the_text_of_the_template_and_what_the_options_say) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  Desk desk;
  desk.answer(plan_of("template"), 201);
  auto const run = desk.run({"plan", "create", file, "--name", "edge", "--num-solution", "3", "--timeout", "60",
                             "--strategy", "greedy", "--deadline", "2.5", "--node-limit", "500", "--callback-url",
                             "https://cb.example", "--idempotency-key", "k1"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(json::parse(run.out).at("id").as_string() == some_id);
  auto const request = desk.request();
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.target == "/v1/plans");
  BOOST_TEST(request.idempotent);
  sdk::HttpReply headers;
  headers.headers = request.headers;
  BOOST_TEST(headers.header("Content-Type") == "application/json");
  BOOST_TEST(headers.header("Idempotency-Key") == "k1");
  json::object const expected{{"template", small_template},
                              {"name", "edge"},
                              {"num_solution", 3},
                              {"timeout", 60},
                              {"solver", {{"strategy", "greedy"}, {"deadline", 2.5}, {"node_limit", 500}}},
                              {"callback_url", "https://cb.example"}};
  BOOST_TEST(desk.body() == expected, request.body);
}

BOOST_AUTO_TEST_CASE(parameters_are_values_as_in_yaml_and_a_file_of_them_comes_first) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  auto const values = here.file("values.yaml", "latitude: 1\nzip: from file\n");
  Desk desk;
  desk.answer(plan_of("template"), 201);
  auto const run = desk.run({"plan", "create", file, "--param", "latitude=-33.5", "--param-file", values, "-p",
                             "list=[a, b]", "-p", "text=\"07\"", "-p", "empty="});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(has(run.err, "warning: the template has no parameter 'list'"), run.err);
  auto const body = desk.body();
  auto const& parameters = body.at("template").at("parameters").as_object();
  BOOST_TEST(parameters.at("latitude").as_double() == -33.5);
  BOOST_TEST(parameters.at("zip").as_string() == "from file");
  BOOST_TEST(parameters.at("list").as_array().size() == 2U);
  BOOST_TEST(parameters.at("text").as_string() == "07");
  BOOST_TEST(parameters.at("empty").as_string() == "");
  BOOST_TEST(body.at("template").at("homing_template_version").as_string() == "2018-02-01");
  BOOST_TEST(has(desk.run({"plan", "create", file, "-p", "lattitude=1"}).err, "did you mean latitude?"));
  BOOST_TEST(desk.run({"plan", "create", file, "-p", "novalue"}).status == exit_usage);
  BOOST_TEST(desk.run({"plan", "create", file, "-p", "zip=*nothing"}).status == exit_usage);
}

BOOST_AUTO_TEST_CASE(files_that_the_template_names_are_sent_under_their_absolute_uri) {
  Folder const here;
  auto const file = here.file(
      "t.yaml",
      "demands:\n  a: {get_file: parts/one.txt}\n  b: [{x: {get_file: ./two words.txt}}, {get_file: one.txt}]\n");
  here.file("parts/one.txt", "1");
  here.file("two words.txt", "2");
  here.file("one.txt", "one");
  here.file("unnamed.txt", "never sent");
  Desk desk;
  desk.answer(plan_of("template"), 201);
  auto const run = desk.run({"plan", "create", file});
  BOOST_TEST(run.status == 0, run.err);
  auto const body = desk.body();
  auto const& files = body.at("files").as_object();
  BOOST_TEST(files.size() == 3U);
  BOOST_TEST(files.at("file://" + here.path().string() + "/parts/one.txt").as_string() == "1");
  // Where the absolute name would not end in the template's, or in that of two, the template's own is the key.
  BOOST_TEST(files.at("./two words.txt").as_string() == "2");
  BOOST_TEST(files.at("one.txt").as_string() == "one");
}

BOOST_AUTO_TEST_CASE(files_outside_the_templates_folder_are_sent_only_when_the_user_says_where_they_are) {
  Folder const here;
  auto const secret = here.file("secret.txt", "secret");
  std::filesystem::create_directories(here.path() / "templates");
  std::filesystem::create_symlink(secret, here.path() / "templates/link.txt");
  for (std::string const& name :
       {std::string("../secret.txt"), secret, "file://" + secret, std::string("link.txt"), std::string("http://x/y")}) {
    auto const file = here.file("templates/t.yaml", "demands: {a: {get_file: '" + name + "'}}\n");
    Desk desk;
    desk.answer(plan_of("template"), 201);
    auto const refused = desk.run({"plan", "create", file});
    BOOST_TEST(refused.status == exit_refused, name);
    BOOST_TEST(has(refused.err, "--files '" + name + "=PATH'"), refused.err);
    BOOST_TEST(desk.http.requests().empty());
    BOOST_TEST(desk.run({"plan", "create", file, "--files", name + "=" + secret}).status == 0);
    BOOST_TEST(desk.body().at("files").at(name).as_string() == "secret");
  }
  auto const file = here.file("templates/t.yaml", "demands: {a: {get_file: missing.txt}}\n");
  Desk desk;
  auto const missing = desk.run({"plan", "create", file});
  BOOST_TEST(missing.status == exit_failed);
  BOOST_TEST(has(missing.err, "missing.txt"));
  BOOST_TEST(
      has(desk.run({"plan", "create", file, "--files", "mising.txt=" + secret}).err, "did you mean missing.txt?"));
}

BOOST_AUTO_TEST_CASE(a_template_that_cannot_be_read_is_not_sent) {
  Folder const here;
  auto const file = here.file("t.yaml", "demands:\n  a: 1\n  a: 2\n");
  Desk desk;
  auto const run = desk.run({"plan", "create", file});
  BOOST_TEST(run.status == exit_refused);
  BOOST_TEST(has(run.err, file + ":3:3: error: "), run.err);
  BOOST_TEST(desk.http.requests().empty());
  BOOST_TEST(desk.run({"plan", "create", (here.path() / "none.yaml").string()}).status == exit_failed);
}

BOOST_AUTO_TEST_CASE(a_template_may_come_from_standard_input) {
  Desk desk;
  desk.input = small_template;
  desk.answer(plan_of("template"), 201);
  BOOST_TEST(desk.run({"plan", "create", "-"}).status == 0);
  BOOST_TEST(desk.body().at("template").as_string() == small_template);
}

BOOST_AUTO_TEST_CASE(create_and_wait_ends_as_the_plan_does) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  for (auto const& [status, expected] : {std::pair{"done", 0}, {"not found", 3}, {"error", 4}}) {
    Desk desk;
    int reads = 0;
    desk.http.respond([&, last = std::string(status)](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
      if (request.method == "POST") return sdk::HttpReply{201, {}, json::serialize(plan_of("template"))};
      desk.clock.advance(std::chrono::seconds(60));
      return sdk::HttpReply{200, {}, json::serialize(plans_of({plan_of(++reads < 3 ? "solving" : last)}))};
    });
    auto const run = desk.run({"plan", "create", file, "--wait"});
    BOOST_TEST(run.status == expected, status);
    BOOST_TEST(json::parse(run.out).at("status").as_string() == status);
    BOOST_TEST(desk.request(1).target == std::string("/v1/plans/") + some_id + "?wait=60000ms");
  }
}

BOOST_AUTO_TEST_CASE(problems_of_a_failed_plan_are_printed_with_their_place_in_the_file) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  Desk desk;
  auto plan = plan_of("error");
  plan["message"] = json::array{"bad provider"};
  plan["errors"] = json::array{json::object{
      {"path", "/demands/fw/0/inventory_provider"}, {"message", "bad provider"}, {"expected", "one of: file"}}};
  desk.answer(plans_of({plan}));
  desk.http.respond([&](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
    if (request.method == "POST") return sdk::HttpReply{201, {}, json::serialize(plan_of("template"))};
    return sdk::HttpReply{200, {}, json::serialize(plans_of({plan}))};
  });
  auto const run = desk.run({"plan", "create", file, "--wait", "-o", "table"});
  BOOST_TEST(run.status == exit_plan_error);
  BOOST_TEST(has(run.out, file + ":7:25: error: bad provider\n"), run.out);
  BOOST_TEST(has(run.out, "    expected: one of: file\n"), run.out);
}

BOOST_AUTO_TEST_CASE(a_dry_run_prints_the_plan_as_it_would_end_and_takes_an_overlay) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  auto const overlay = here.file("down.yaml", "down: {location_id: [r1]}\n");
  Desk desk;
  json::object plan{{"name", "n"}, {"status", "solved"}};
  plan["explanation"] = {
      {"solver_info", json::array()},
      {"demands", {{"fw", {{"resolved", 3}, {"funnel", json::array()}, {"dropped", json::array()}}}}}};
  desk.answer(plan);
  auto const run = desk.run({"plan", "create", file, "--dry-run", "--overlay", overlay, "-o", "table"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(desk.request().target == "/v1/plans?dry_run=true");
  BOOST_TEST(desk.body().at("overlay").at("down").at("location_id").at(0).as_string() == "r1");
  BOOST_TEST(has(run.out, "fw: 3 candidates"), run.out);
  desk.answer({{"name", "n"}, {"status", "not found"}});
  BOOST_TEST(desk.run({"plan", "create", file, "--dry-run"}).status == exit_not_found);
  BOOST_TEST(desk.run({"plan", "create", file, "--overlay", overlay}).status == exit_usage);
  BOOST_TEST(desk.run({"plan", "create", file, "--dry-run", "--wait"}).status == exit_usage);
}

BOOST_AUTO_TEST_CASE(wait_gives_up_when_the_time_is_over) {
  Desk desk;
  desk.answer(plans_of({plan_of("solving")}));
  auto const run = desk.run({"plan", "wait", some_id, "--timeout", "5"});
  BOOST_TEST(run.status == exit_time_is_up);
  BOOST_TEST(has(run.err, "is still 'solving' after 5 s"), run.err);
  BOOST_TEST(desk.request().target == std::string("/v1/plans/") + some_id + "?wait=5000ms");
  // A server that answers at once is asked once a second.
  BOOST_TEST(desk.http.requests().size() == 6U);
}

BOOST_AUTO_TEST_CASE(ctrl_c_ends_waiting_and_says_that_the_plan_goes_on) {
  Folder const here;
  auto const file = here.file("t.yaml", small_template);
  Desk desk;
  desk.http.respond([&](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
    if (request.method == "POST") return sdk::HttpReply{201, {}, json::serialize(plan_of("template"))};
    desk.interruption.request_stop();
    return sdk::Error{sdk::Errc::cancelled, "cancelled"};
  });
  auto const run = desk.run({"plan", "create", file, "--wait"});
  BOOST_TEST(run.status == exit_interrupted);
  BOOST_TEST(run.err ==
             std::string("plan ") + some_id + " was accepted and goes on, see: conductor plan wait " + some_id + "\n");
}

BOOST_AUTO_TEST_CASE(list_passes_filters_on_and_follows_pages) {
  Desk desk;
  desk.http.respond([](sdk::HttpRequest const& request) -> sdk::Result<sdk::HttpReply> {
    auto const marker = request.target.find("marker=");
    std::string const last = marker == std::string::npos ? "" : request.target.substr(marker + 7);
    json::array page;
    for (std::string const& id : last.empty() ? Words{"a", "b"} : last == "b" ? Words{"c"} : Words{}) {
      auto plan = plan_of("done");
      plan["id"] = id;
      page.push_back(plan);
    }
    return sdk::HttpReply{200, {}, json::serialize(plans_of(page))};
  });
  auto const run = desk.run({"plan", "list", "--all", "--status", "not found", "--status", "error", "--sort",
                             "-created", "--name", "x y", "--since", "5"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(json::parse(run.out).at("plans").as_array().size() == 3U);
  BOOST_TEST(desk.request().target ==
             "/v1/plans?limit=1000&status=not%20found&status=error&name=x%20y&since=5&sort=-created");
  BOOST_TEST(desk.request(1).target.ends_with("&marker=b"));
  auto const table = desk.run({"plan", "list", "-o", "table"});
  BOOST_TEST(table.out.starts_with("ID  NAME  STATUS  CREATED"), table.out);
  BOOST_TEST(has(table.out, "a   edge  done    2026-01-01 00:00:00"), table.out);
  auto const two = desk.run({"plan", "list", "--limit", "2"});
  BOOST_TEST(json::parse(two.out).at("plans").as_array().size() == 2U);
  BOOST_TEST(desk.run({"plan", "list", "--status", "finished"}).status == exit_usage);
}

BOOST_AUTO_TEST_CASE(a_server_that_knows_no_pages_is_not_asked_for_ever) {
  Desk desk;
  desk.answer(plans_of({plan_of("done")}));
  auto const run = desk.run({"plan", "list", "--all"});
  BOOST_TEST(json::parse(run.out).at("plans").as_array().size() == 1U);
  BOOST_TEST(desk.http.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(show_prints_solutions_as_a_table_and_texts_of_others_cannot_drive_the_terminal) {
  Desk desk;
  auto plan = plan_of("done");
  plan["message"] = "a\x1b[31mb\xC2\x9Bz";
  plan["recommendations"] = json::parse(
      R"([{"fw": {"inventory_provider": "file", "service_resource_id": null, "candidate": {"candidate_id": "r1",
          "inventory_type": "cloud", "cloud_owner": "aws", "location_id": "r1"}, "attributes": {}}}])");
  plan["solver_info"] = json::parse(
      R"([{"value": 12.5, "bound": 12.5, "gap": 0, "status": "optimal", "strategy": "optimal", "elapsed_ms": 3, "nodes": 1, "violated": []}])");
  desk.answer(plans_of({plan}));
  auto const run = desk.run({"plan", "show", some_id, "-o", "table"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(has(run.out, "message    a [31mb  z\n"), run.out);
  BOOST_TEST(
      has(run.out,
          "DEMAND  CANDIDATE  TYPE   OWNER  LOCATION  PROVIDER\nfw      r1         cloud  aws    r1        file\n"),
      run.out);
  BOOST_TEST(has(run.out, "1         12.5   12.5   0    optimal  optimal   3 ms  -\n"), run.out);
  auto& info = plan["solver_info"].as_array()[0].as_object();
  info["status"] = "feasible";
  info["ended_by"] = "node_limit";
  desk.answer(plans_of({plan}));
  BOOST_TEST(has(desk.run({"plan", "show", some_id, "-o", "table"}).out, "feasible, node_limit  optimal"));
  desk.out_terminal = true;
  BOOST_TEST(desk.run({"plan", "show", some_id}).out.starts_with("name "));
}

BOOST_AUTO_TEST_CASE(delete_may_release) {
  Desk desk;
  desk.http.respond([](sdk::HttpRequest const&) { return sdk::HttpReply{204, {}, ""}; });
  BOOST_TEST(desk.run({"plan", "delete", some_id}).status == 0);
  BOOST_TEST(desk.run({"plan", "delete", "a/b", "--release"}).status == 0);
  BOOST_TEST(desk.request().method == "DELETE");
  BOOST_TEST(desk.request(1).target == "/v1/plans/a%2Fb?release=true");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
