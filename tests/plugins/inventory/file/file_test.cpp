// Inventory provider `file`: what its files may say, what is said about bad ones, and how it answers (providers
// specification 10). The host reads documents as the product's does, with positions.
#include "inventory.hpp"

#include "conductor/sdk/abi.hpp"
#include "core/text/reader.hpp"
#include "sdk/testing/fake_host.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

extern "C" {
extern const conductor::sdk::Descriptor conductor_plugin_descriptor;
extern const conductor::sdk::Entry conductor_plugin_entry;
}

namespace conductor::plugins::inventory_file::test {

namespace json = boost::json;

namespace {

class ReadingHost final : public sdk::testing::FakeHost {
 public:
  sdk::Result<std::unique_ptr<sdk::ParsedDocument>> parse_document(std::string_view text) override {
    return conductor::text::parse_document(text);
  }
};

sdk::Result<Inventory> read(std::string_view text, Form form = Form::json_or_yaml, bool strict = true) {
  ReadingHost host;
  return read_inventory(host, text, form, strict);
}

void is_refused(sdk::Result<Inventory> const& inventory, std::string const& part) {
  BOOST_REQUIRE(!inventory);
  BOOST_TEST((inventory.error().code == sdk::Errc::invalid));
  BOOST_TEST(inventory.error().text.find(part) != std::string::npos,
             "'" << part << "' is not in: " << inventory.error().text);
}

// A file of the test's own and the provider that reads it.
struct Loaded {
  ReadingHost host;
  std::filesystem::path file;
  std::unique_ptr<sdk::InventoryProvider> provider;

  explicit Loaded(std::string const& name = "", std::string const& text = "",
                  std::map<std::string, sdk::Settings::Value> settings = {}) {
    sdk::Schema schema("file");
    conductor_plugin_entry.describe(schema);
    if (!name.empty()) {
      file = host.state_path() / name;
      write(text);
      settings["path"] = file.string();
    }
    provider.reset(dynamic_cast<sdk::InventoryProvider*>(
        conductor_plugin_entry.create(host, sdk::testing::settings_of(schema, settings))));
  }
  void write(std::string const& text) const {
    // A new file in place of the old one, as careful writers do: another inode at least.
    auto const fresh = file.string() + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, file);
  }
  sdk::Result<void> start() { return provider->start({}); }
  std::vector<std::string> ids(std::string const& type = "cloud", json::object requirement = {}) {
    auto const list =
        provider->resolve({}, {.name = "vG", .inventory_type = type, .requirement = std::move(requirement)}).value();
    std::vector<std::string> found;
    for (auto const& candidate : list.candidates) found.push_back(candidate.candidate_id);
    return found;
  }
  std::size_t lines_with(std::string const& part) {
    std::size_t count = 0;
    for (auto const& line : host.lines()) count += line.text.find(part) != std::string::npos ? 1U : 0U;
    return count;
  }
};

using Ids = std::vector<std::string>;

constexpr char example[] = R"(version: 1
candidates:
- {candidate_id: eu-north-1, inventory_type: cloud, cloud_owner: aws, location_id: eu-north-1, complex_name: arn,
   city: Stockholm, state: "", country: SWE, region: EU, latitude: 59.33, longitude: 18.06, cost: 2.0,
   attributes: {cloud-type: public}}
- {candidate_id: svc-a, inventory_type: service, service-type: vgw, customer-id: c1, location_id: eu-north-1}
- {candidate_id: svc-b, inventory_type: service, service-type: fw, customer-id: c1, location_id: eu-north-1}
locations:
- {clli_code: STHMSE01, host_name: edge9-stockholm, latitude: 59.33, longitude: 18.06, country: SWE}
groups: [[svc-a, svc-b]]
roles: {green: [eu-north-1]}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(file_bundled)

BOOST_AUTO_TEST_CASE(its_candidates_are_handed_out_where_they_stand) {
  Loaded loaded;
  BOOST_REQUIRE(loaded.start());
  auto& keeper = dynamic_cast<sdk::CandidateKeeper&>(*loaded.provider);
  sdk::Demand const demand{.name = "vG", .inventory_type = "cloud", .requirement = {}};
  auto const first = keeper.resolve_kept({}, demand).value(), second = keeper.resolve_kept({}, demand).value();
  BOOST_TEST((first.candidates == second.candidates));
  auto const copies = loaded.provider->resolve({}, demand).value();
  BOOST_REQUIRE(copies.candidates.size() == first.candidates.size());
  for (std::size_t i = 0; i < copies.candidates.size(); ++i) {
    BOOST_TEST(copies.candidates[i].candidate_id == first.candidates[i]->candidate_id);
    BOOST_TEST((copies.candidates[i].fields == first.candidates[i]->fields));
  }
}

BOOST_AUTO_TEST_CASE(the_bundled_list_has_a_hundred_clouds_at_plausible_places) {
  Loaded loaded;
  BOOST_REQUIRE(loaded.start());
  auto const list = loaded.provider->resolve({}, {.name = "vG", .inventory_type = "cloud", .requirement = {}}).value();
  BOOST_TEST(list.candidates.size() >= 100U);
  std::set<std::string> owners;
  for (auto const& candidate : list.candidates) {
    auto const number = [&](char const* key) { return std::stod(std::string(candidate.fields.at(key).as_string())); };
    owners.insert(candidate.cloud_owner);
    // Nobody runs a cloud on the ice, and 0/0 is water.
    BOOST_TEST((number("latitude") > -60 && number("latitude") < 75), candidate.candidate_id);
    BOOST_TEST((std::abs(number("latitude")) + std::abs(number("longitude")) > 1), candidate.candidate_id);
    for (auto const* key : {"city", "complex_name", "vim-id"})
      BOOST_TEST(!candidate.fields.at(key).as_string().empty(), candidate.candidate_id << " " << key);
    auto const country = candidate.fields.at("country").as_string();
    BOOST_TEST(country.size() == 3U, candidate.candidate_id);
    if (country == "USA")
      BOOST_TEST((number("latitude") > 18 && number("longitude") < -60 && number("longitude") > -160),
                 candidate.candidate_id);
  }
  BOOST_TEST(owners.size() >= 3U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(file_reading)

BOOST_AUTO_TEST_CASE(yaml_and_json_say_the_same) {
  auto const yaml = read(example).value();
  ReadingHost host;
  auto const json_text = json::serialize(host.parse_document(example).value()->content());
  auto const again = read(json_text).value();
  BOOST_REQUIRE(yaml.candidates.size() == 3U);
  BOOST_REQUIRE(again.candidates.size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(yaml.candidates[i].fields == again.candidates[i].fields);
  BOOST_TEST(yaml.by_clli.at("STHMSE01").latitude == 59.33);
  BOOST_TEST(yaml.by_host_name.at("edge9-stockholm").country == "SWE");
  BOOST_TEST(yaml.groups.size() == 1U);
  BOOST_TEST(yaml.roles.at("green").contains("eu-north-1"));
}

BOOST_AUTO_TEST_CASE(a_candidate_has_its_fields_merged_attributes_and_vim_id) {
  auto const inventory = read(example).value();
  auto const& cloud = inventory.candidates[0];
  BOOST_TEST(cloud.candidate_id == "eu-north-1");
  BOOST_TEST(cloud.cloud_owner == "aws");
  BOOST_TEST(cloud.fields.at("vim-id").as_string() == "aws_eu-north-1");
  BOOST_TEST(cloud.fields.at("cloud-type").as_string() == "public");
  BOOST_TEST(cloud.fields.at("cost").as_double() == 2.0);
  BOOST_TEST(cloud.fields.at("physical_location_id").is_null());
  BOOST_TEST(!cloud.fields.contains("attributes"));
  BOOST_TEST(!cloud.fields.contains("candidate_id"));
  BOOST_TEST(cloud.attributes.at("cloud-owner").as_string() == "aws");
  BOOST_TEST(cloud.attributes.at("cloud-region-id").as_string() == "eu-north-1");
  BOOST_TEST(cloud.attributes.at("complex-name").as_string() == "arn");
  auto const& service = inventory.candidates[1];
  BOOST_TEST(!service.fields.contains("vim-id"));
  BOOST_TEST(service.attributes.at("customer-id").as_string() == "c1");
}

BOOST_AUTO_TEST_CASE(a_table_has_one_candidate_per_row_and_empty_cells_are_absent) {
  auto const inventory = read(
                             "\xEF\xBB\xBF"
                             "candidate_id,inventory_type,cloud_owner,location_id,city,latitude,longitude\r\n"
                             "a,cloud,own,la,\"Lyon, \"\"old\"\" town\",45.75,4.85\r\n"
                             "\r\n"
                             "b,cloud,,,\"two\nlines\",,\r\n",
                             Form::csv)
                             .value();
  BOOST_REQUIRE(inventory.candidates.size() == 2U);
  BOOST_TEST(inventory.candidates[0].fields.at("city").as_string() == "Lyon, \"old\" town");
  BOOST_TEST(inventory.candidates[0].fields.at("vim-id").as_string() == "own_la");
  BOOST_TEST(inventory.candidates[1].fields.at("city").as_string() == "two\nlines");
  BOOST_TEST(!inventory.candidates[1].fields.contains("latitude"));
  BOOST_TEST(inventory.candidates[1].fields.at("location_id").is_null());
}

BOOST_AUTO_TEST_CASE(the_suffix_decides_about_the_form) {
  BOOST_TEST((form_of("/x/a.csv").value() == Form::csv));
  for (auto const* name : {"a.json", "a.yaml", "a.yml"})
    BOOST_TEST((form_of(name).value() == Form::json_or_yaml), name);
  for (auto const* name : {"a.txt", "csv", "a.csv.bak", "a.JSONL"}) {
    auto const form = form_of(name);
    BOOST_REQUIRE(!form);
    BOOST_TEST(form.error().text.find(name) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(every_inventory_type_but_slice_profiles_is_known) {
  for (std::string const type : {"cloud", "service", "vfmodule", "transport", "nssi", "nsi", "nst", "nsst"})
    BOOST_TEST(candidate_of({{"candidate_id", "a"}, {"inventory_type", type}}).has_value(), type);
  for (auto const* type : {"slice_profiles", "Cloud", ""})
    BOOST_TEST(!candidate_of({{"candidate_id", "a"}, {"inventory_type", type}}), type);
}

BOOST_AUTO_TEST_CASE(coordinates_are_numbers_or_numeric_text_within_range) {
  for (auto const& good : {json::value(90), json::value(-90.0), json::value("45.5"), json::value(nullptr)})
    BOOST_TEST(candidate_of({{"candidate_id", "a"}, {"inventory_type", "cloud"}, {"latitude", good}}).has_value());
  for (auto const& bad : {json::value(90.1), json::value("north"), json::value(true), json::value("nan"),
                          json::value("4 "), json::value("")}) {
    auto const candidate = candidate_of({{"candidate_id", "a"}, {"inventory_type", "cloud"}, {"latitude", bad}});
    BOOST_REQUIRE(!candidate);
    BOOST_TEST(candidate.error().text.find("latitude is " + json::serialize(bad)) != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(file_mistakes)

BOOST_AUTO_TEST_CASE(a_bad_row_refuses_the_file_with_line_and_column) {
  is_refused(read("candidates:\n- {candidate_id: a, inventory_type: cloud}\n- {inventory_type: cloud}\n"),
             "line 3, column 3: candidate_id is missing");
  is_refused(read("candidates:\n- {candidate_id: a, inventory_type: lake}\n"), "line 2, column 3");
  is_refused(read("candidates:\n- text\n"), "line 2, column 3: expected a mapping");
  is_refused(read("locations:\n- {clli_code: x, latitude: 1}\n"), "line 2, column 3: a location needs");
  is_refused(read("groups:\n- [a]\n"), "line 2, column 3: a group is a list of two candidate ids");
  is_refused(read("roles:\n  green: x\n"), "line 2, column 10: role green needs a list of region ids");
  is_refused(read("roles:\n  green: [7]\n"), "role green needs a list of region ids");
  is_refused(read("candidates: {}\n"), "candidates must be a list");
  is_refused(read("roles: []\n"), "roles must be a mapping");
  is_refused(read("candidate:\n- {candidate_id: a, inventory_type: cloud}\n"), "candidate is no section");
}

BOOST_AUTO_TEST_CASE(a_bad_row_of_a_table_refuses_the_file_with_its_line) {
  is_refused(read("candidate_id,inventory_type\na,cloud\n,cloud\n", Form::csv),
             "line 3, column 1: candidate_id is missing");
  is_refused(read("candidate_id,inventory_type\na\n", Form::csv),
             "line 2, column 1: the row has 1 cells, the header has 2");
  // A row after one of two lines.
  is_refused(read("candidate_id,inventory_type\n\"a\nb\",cloud\nc,lake\n", Form::csv), "line 4, column 1");
  is_refused(read("candidate_id,inventory_type\n\"a,cloud\n", Form::csv), "line 2: a quoted cell is never closed");
}

BOOST_AUTO_TEST_CASE(without_strict_bad_rows_are_left_out_and_noted) {
  auto const yaml = read(
                        "candidates:\n- {candidate_id: a, inventory_type: cloud}\n- {inventory_type: cloud}\n- 7\n"
                        "groups: [[a], [a, b]]\n",
                        Form::json_or_yaml, false)
                        .value();
  BOOST_TEST(yaml.candidates.size() == 1U);
  BOOST_TEST(yaml.groups.size() == 1U);
  BOOST_REQUIRE(yaml.skipped.size() == 3U);
  BOOST_TEST(yaml.skipped[0].find("line 3, column 3") == 0U);
  auto const table = read("candidate_id,inventory_type\n,cloud\nb\nc,cloud\nd,cloud,x\n", Form::csv, false).value();
  BOOST_REQUIRE(table.candidates.size() == 1U);
  BOOST_TEST(table.candidates[0].candidate_id == "c");
  BOOST_REQUIRE(table.skipped.size() == 3U);
  BOOST_TEST(table.skipped[1].find("line 3, column 1") == 0U);
}

BOOST_AUTO_TEST_CASE(an_id_stands_once_per_type) {
  is_refused(
      read("candidates:\n- {candidate_id: a, inventory_type: cloud}\n- {candidate_id: a, inventory_type: cloud}\n"),
      "line 3, column 3: candidate_id a of type cloud stands twice");
  BOOST_TEST(
      read("candidates:\n- {candidate_id: a, inventory_type: cloud}\n- {candidate_id: a, inventory_type: service}\n")
          .value()
          .candidates.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_document_that_cannot_be_read_is_refused_with_its_line_even_when_not_strict) {
  is_refused(read("candidates: [\n", Form::json_or_yaml, false), "line ");
  is_refused(read("candidates: []\ncandidates: []\n", Form::json_or_yaml, false), "duplicate key on line 2");
  is_refused(read("- a\n", Form::json_or_yaml, false), "expected a mapping with the keys");
  is_refused(read("version: 2\n", Form::json_or_yaml, false), "version is 2, this release reads version 1");
}

BOOST_AUTO_TEST_CASE(more_candidates_than_allowed_are_refused_even_when_not_strict) {
  std::string text = "candidate_id,inventory_type\n";
  for (std::size_t i = 0; i <= max_candidates; ++i) text += std::to_string(i) + ",cloud\n";
  is_refused(read(text, Form::csv, false), "more than 200000 candidates");
}

BOOST_AUTO_TEST_CASE(more_bytes_than_allowed_are_refused_unread) {
  Loaded loaded("big.csv", "");
  std::filesystem::resize_file(loaded.file, max_bytes + 1);  // a hole
  auto const started = loaded.start();
  BOOST_REQUIRE(!started);
  BOOST_TEST(started.error().text.find("has 67108865 bytes, at most 67108864 are read") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(file_provider)

BOOST_AUTO_TEST_CASE(it_claims_what_it_can) {
  auto const flags = conductor_plugin_descriptor.capabilities;
  for (auto const flag : {sdk::cloud, sdk::service, sdk::nsst, sdk::locations, sdk::network_roles, sdk::group_pairs})
    BOOST_TEST((flags & flag) != 0U);
  BOOST_TEST((flags & sdk::slice_profiles) == 0U);
  BOOST_TEST((flags & sdk::candidate_roles) == 0U);
  Loaded loaded;
  BOOST_TEST((loaded.provider->roles_of_host({}, "h").error().code == sdk::Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(candidates_come_by_type_in_the_order_of_the_file) {
  Loaded loaded("i.yaml", example);
  BOOST_REQUIRE(loaded.start());
  BOOST_TEST(loaded.ids() == Ids{"eu-north-1"});
  BOOST_TEST((loaded.ids("service") == Ids{"svc-a", "svc-b"}));
  BOOST_TEST(loaded.ids("nst").empty());
}

BOOST_AUTO_TEST_CASE(query_attributes_select_in_every_form) {
  Loaded loaded("i.yaml", example);
  BOOST_REQUIRE(loaded.start());
  auto const with = [&](std::string const& name, json::value value) {
    return loaded.ids("service", {{"filtering_attributes", json::object{{name, std::move(value)}}}});
  };
  BOOST_TEST(with("service-type", "vgw") == Ids{"svc-a"});
  BOOST_TEST(with("service_type", "vgw") == Ids{"svc-a"});
  BOOST_TEST((with("service-type", json::array{"fw", "vgw"}) == Ids{"svc-a", "svc-b"}));
  BOOST_TEST(with("service-type", json::object{{"any", json::array{"fw"}}}) == Ids{"svc-b"});
  BOOST_TEST(with("service-type", json::object{{"not", json::array{"fw"}}}) == Ids{"svc-a"});
  BOOST_TEST((with("service-type", json::object{{"not", json::array()}}) == Ids{"svc-a", "svc-b"}));
  BOOST_TEST(with("service-type", "other").empty());
  BOOST_TEST(with("equipment-role", "vgw").empty());
  BOOST_TEST((with("service-type", "") == Ids{"svc-a", "svc-b"}));
  BOOST_TEST((with("service-type", json::array()) == Ids{"svc-a", "svc-b"}));
  // Other attributes are the data service's.
  BOOST_TEST((with("customer-id", "other") == Ids{"svc-a", "svc-b"}));
  BOOST_TEST(loaded.ids("service", {{"attributes", json::object{{"service-type", "vgw"}}}}) == Ids{"svc-a"});
}

BOOST_AUTO_TEST_CASE(it_knows_locations_roles_and_groups) {
  Loaded loaded("i.yaml", example);
  BOOST_REQUIRE(loaded.start());
  auto const by_clli = loaded.provider->locate({}, {.host_name = "", .clli_code = "STHMSE01"}).value();
  BOOST_TEST(by_clli.longitude == 18.06);
  BOOST_TEST(by_clli.country == "SWE");
  BOOST_TEST(loaded.provider->locate({}, {.host_name = "edge9-stockholm", .clli_code = ""}).value().latitude == 59.33);
  // The two kinds of name do not mix.
  auto const none = loaded.provider->locate({}, {.host_name = "STHMSE01", .clli_code = ""});
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code == sdk::Errc::not_found));
  auto const regions = loaded.provider->regions_with_role({}, "green").value();
  BOOST_REQUIRE(regions.size() == 1U);
  BOOST_TEST(regions[0].cloud_owner == "aws");
  BOOST_TEST(regions[0].cloud_region_id == "eu-north-1");
  BOOST_TEST(loaded.provider->regions_with_role({}, "red").value().empty());
  auto const pairs = loaded.provider->pairs_of_group({}, "any").value();
  BOOST_REQUIRE(pairs.size() == 1U);
  BOOST_TEST(pairs[0].first == "svc-a");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_or_bad_refuses_the_start) {
  Loaded missing("i.yaml", example);
  std::filesystem::remove(missing.file);
  auto const started = missing.start();
  BOOST_REQUIRE(!started);
  BOOST_TEST((started.error().code == sdk::Errc::invalid));
  BOOST_TEST(started.error().text.find(missing.file.string()) != std::string::npos);
  BOOST_TEST(!Loaded("i.txt", example).start());
  BOOST_TEST(!Loaded("i.yaml", "candidates: 7\n").start());
}

BOOST_AUTO_TEST_CASE(a_changed_file_is_read_again) {
  Loaded loaded("i.csv", "candidate_id,inventory_type\na,cloud\n");
  BOOST_REQUIRE(loaded.start());
  BOOST_TEST(loaded.ids() == Ids{"a"});
  loaded.write("candidate_id,inventory_type\nb,cloud\nc,cloud\n");
  BOOST_TEST((loaded.ids() == Ids{"b", "c"}));
}

BOOST_AUTO_TEST_CASE(a_bad_new_file_is_reported_once_and_the_old_content_stays) {
  Loaded loaded("i.csv", "candidate_id,inventory_type\na,cloud\n");
  BOOST_REQUIRE(loaded.start());
  loaded.write("candidate_id,inventory_type\nb,lake\n");
  for (int i = 0; i < 3; ++i) BOOST_TEST(loaded.ids() == Ids{"a"});
  BOOST_TEST(loaded.lines_with("the old content stays in use") == 1U);
  BOOST_TEST(loaded.lines_with("line 2") == 1U);
  std::filesystem::remove(loaded.file);
  for (int i = 0; i < 3; ++i) BOOST_TEST(loaded.ids() == Ids{"a"});
  BOOST_TEST(loaded.lines_with("the old content stays in use") == 2U);
  loaded.write("candidate_id,inventory_type\nb,cloud\n");
  BOOST_TEST(loaded.ids() == Ids{"b"});
}

BOOST_AUTO_TEST_CASE(without_reload_the_first_content_stays) {
  Loaded loaded("i.csv", "candidate_id,inventory_type\na,cloud\n", {{"reload", false}});
  BOOST_REQUIRE(loaded.start());
  loaded.write("candidate_id,inventory_type\nb,cloud\n");
  BOOST_TEST(loaded.ids() == Ids{"a"});
}

BOOST_AUTO_TEST_CASE(rows_left_out_are_warned_about) {
  Loaded loaded("i.csv", "candidate_id,inventory_type\na,cloud\nb,lake\n", {{"strict", false}});
  BOOST_REQUIRE(loaded.start());
  BOOST_TEST(loaded.ids() == Ids{"a"});
  BOOST_TEST(loaded.lines_with("left out: line 3") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::plugins::inventory_file::test
