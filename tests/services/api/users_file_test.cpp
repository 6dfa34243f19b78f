// The users file: its lines, what is said about bad ones, its mode, and changing it (API specification 19.6).
#include "services/api/users_file.hpp"
#include "users_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <thread>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_users_file)

namespace {

// With parameters other than ours.
constexpr char other_line[] =
    "ann:operator:scrypt$1024$8$16$TmFDbE5hQ2w=$"
    "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA==";

std::string problem(std::string const& line) {
  auto const user = parse_user(line);
  return user ? "" : user.error().text;
}

mode_t mode_of(std::filesystem::path const& file) {
  struct stat status {};
  ::stat(file.c_str(), &status);
  return status.st_mode & 07777U;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_hash_matches_its_password_and_no_other) {
  auto const hash = hash_password("se:cret");
  BOOST_TEST(hash.cost == 16384U);
  BOOST_TEST(hash.block_size == 8U);
  BOOST_TEST(hash.parallel == 1U);
  BOOST_TEST(matches(hash, "se:cret"));
  BOOST_TEST(!matches(hash, "se:cre"));
  BOOST_TEST(!matches(hash, ""));
  BOOST_TEST((hash_password("se:cret").salt != hash.salt));
}

BOOST_AUTO_TEST_CASE(hashes_are_those_of_the_published_algorithm) {
  // The second test vector of RFC 7914, 12.
  std::string const key =
      "\xfd\xba\xbe\x1c\x9d\x34\x72\x00\x78\x56\xe7\x19\x0d\x01\xe9\xfe\x7c\x6a\xd7\xcb\xc8\x23\x78\x30\xe7\x73\x76\x63"
      "\x4b\x37\x31\x62\x2e\xaf\x30\xd9\x2e\x22\xa3\x88\x6f\xf1\x09\x27\x9d\x98\x30\xda\xc7\x27\xaf\xb9\x4a\x83\xee\x6d"
      "\x83\x60\xcb\xdf\xa2\xcc\x06\x40";
  BOOST_TEST(matches({.cost = 1024, .block_size = 8, .parallel = 16, .salt = "NaCl", .key = key}, "password"));
}

BOOST_AUTO_TEST_CASE(a_line_read_and_written_again_is_the_same) {
  auto const user = parse_user(other_line);
  BOOST_REQUIRE(user.has_value());
  BOOST_TEST(user->name == "ann");
  BOOST_TEST((user->role == http::Role::operator_));
  BOOST_TEST(user->password.cost == 1024U);
  BOOST_TEST(user->password.parallel == 16U);
  BOOST_TEST(user->password.salt == "NaClNaCl");
  BOOST_TEST(user->password.key.size() == 64U);
  BOOST_TEST(to_line(*user) == other_line);
}

BOOST_AUTO_TEST_CASE(each_fault_of_a_line_is_named_and_no_hash_is_repeated) {
  std::string const good = "scrypt$16384$8$1$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==";
  BOOST_TEST(problem("ann:reader:" + good) == "");
  for (auto const& [line, part] : {
           std::pair<std::string, std::string>{"ann", "expected name:role:scrypt"},
           {"ann:reader:" + good + ":more", "expected name:role:scrypt"},
           {":reader:" + good, "name is empty"},
           {" ann:reader:" + good, "blank"},
           {"a\tnn:reader:" + good, "control character"},
           {"a\xff:reader:" + good, "not UTF-8"},
           {std::string(256, 'a') + ":reader:" + good, "256 bytes"},
           {"ann:anonymous:" + good, "reader, submitter, operator or admin"},
           {"ann:Reader:" + good, "reader, submitter, operator or admin"},
           {"ann:reader:" + good.substr(7), "scrypt$N$r$p$SALT$KEY"},
           {"ann:reader:bcrypt" + good.substr(6), "scrypt$N$r$p$SALT$KEY"},
           {"ann:reader:scrypt$16384$8$1$MTIzNDU2Nzg=", "scrypt$N$r$p$SALT$KEY"},
           {"ann:reader:scrypt$16k$8$1$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==", "must be numbers"},
           {"ann:reader:scrypt$16383$8$1$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==", "N is 16383"},
           {"ann:reader:scrypt$1048576$8$1$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==", "N is 1048576"},
           {"ann:reader:scrypt$16384$0$1$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==", "r is 0"},
           {"ann:reader:scrypt$16384$8$99$MTIzNDU2Nzg=$MTIzNDU2Nzg5MDEyMzQ1Ng==", "p is 99"},
           {"ann:reader:scrypt$16384$8$1$MTIz$MTIzNDU2Nzg5MDEyMzQ1Ng==", "salt has 3 bytes"},
           {"ann:reader:scrypt$16384$8$1$MTIzNDU2Nzg=$MTIz", "key has 3 bytes"},
           {"ann:reader:scrypt$16384$8$1$MTIzNDU2Nzg$MTIzNDU2Nzg5MDEyMzQ1Ng==", "base64"},
       }) {
    BOOST_TEST(problem(line).find(part) != std::string::npos, line + " -> " + problem(line));
    BOOST_TEST(problem(line).find("MTIz") == std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(unusable_passwords_are_named) {
  BOOST_TEST(!unusable_password("se:cret with blanks").has_value());
  BOOST_TEST(unusable_password("").has_value());
  BOOST_TEST(unusable_password("a\nb").has_value());
  BOOST_TEST(unusable_password(std::string(1025, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(all_users_are_read_in_order_past_comments_and_empty_lines) {
  UsersFile file;
  file.write("# our users\n\n" + line_of("ann", "admin") + "\r\n" + line_of("bob", "reader"));
  auto const users = read_users(file.path);
  BOOST_REQUIRE(users.has_value());
  BOOST_REQUIRE(users->size() == 2U);
  BOOST_TEST((*users)[0].name == "ann");
  BOOST_TEST((*users)[1].name == "bob");
}

BOOST_AUTO_TEST_CASE(all_bad_lines_are_reported_with_their_numbers) {
  UsersFile file;
  file.write(line_of("ann", "admin") + "\nbob\n# fine\n" + line_of("cid", "king") + "\n" + line_of("ann", "reader"));
  auto const users = read_users(file.path);
  BOOST_REQUIRE(!users.has_value());
  BOOST_TEST((users.error().code == sdk::Errc::invalid));
  auto const& text = users.error().text;
  auto const name = file.path.string();
  BOOST_TEST(text.find(name + ":2: expected name:role") != std::string::npos);
  BOOST_TEST(text.find(name + ":4: the role must be") != std::string::npos);
  BOOST_TEST(text.find(name + ":5: the user stands in line 1 already") != std::string::npos);
  BOOST_TEST(std::ranges::count(text, '\n') == 2);
}

BOOST_AUTO_TEST_CASE(a_file_that_others_can_read_is_refused_with_the_remedy) {
  UsersFile file;
  file.write(line_of("ann", "admin"));
  for (mode_t const mode : {0600U, 0640U, 0400U}) {
    ::chmod(file.path.c_str(), mode);
    BOOST_TEST(read_users(file.path).has_value(), mode);
  }
  for (mode_t const mode : {0644U, 0660U, 0604U, 0700U, 0666U}) {
    ::chmod(file.path.c_str(), mode);
    auto const users = read_users(file.path);
    BOOST_REQUIRE(!users.has_value());
    BOOST_TEST((users.error().code == sdk::Errc::denied));
    BOOST_TEST(users.error().text.find("chmod 640 " + file.path.string()) != std::string::npos);
  }
  ::chmod(file.path.c_str(), 0644);
  BOOST_TEST(read_users(file.path).error().text.find("mode 644, expected 600 or 640") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_told_apart_from_what_is_missing) {
  UsersFile file;
  BOOST_TEST((read_users(file.path).error().code == sdk::Errc::not_found));
  BOOST_TEST((read_users(file.path.parent_path()).error().code == sdk::Errc::denied));
  ::mkfifo(file.path.c_str(), 0600);
  BOOST_TEST((read_users(file.path).error().code == sdk::Errc::denied));
}

BOOST_AUTO_TEST_CASE(setting_a_user_adds_or_replaces_one_line_and_keeps_the_rest) {
  UsersFile file;
  file.write("# ours\n" + line_of("ann", "admin") + "\n\n" + line_of("bob", "reader") + "\n");
  ::chmod(file.path.c_str(), 0640);
  auto changed = user("ann", http::Role::submitter);
  auto const replaced = set_user(file.path, changed);
  BOOST_REQUIRE(replaced.has_value());
  BOOST_TEST((*replaced == UserChange::changed));
  auto const added = set_user(file.path, user("cid", http::Role::operator_));
  BOOST_REQUIRE(added.has_value());
  BOOST_TEST((*added == UserChange::added));
  BOOST_TEST(file.read() == "# ours\n" + line_of("ann", "submitter") + "\n\n" + line_of("bob", "reader") + "\n" +
                                line_of("cid", "operator") + "\n");
  BOOST_TEST(mode_of(file.path) == 0640U);
  BOOST_TEST(file.beside() == 1U);
}

BOOST_AUTO_TEST_CASE(a_new_file_is_not_readable_for_others) {
  UsersFile file;
  BOOST_REQUIRE(set_user(file.path, user("ann", http::Role::admin)).has_value());
  BOOST_TEST((mode_of(file.path) & 0137U) == 0U);
  BOOST_TEST(read_users(file.path).has_value());
}

BOOST_AUTO_TEST_CASE(a_link_stays_a_link) {
  UsersFile file;
  file.write(line_of("ann", "admin") + "\n");
  auto const link = file.path.parent_path() / "link";
  std::filesystem::create_symlink(file.path, link);
  BOOST_REQUIRE(set_user(link, user("bob", http::Role::reader)).has_value());
  BOOST_TEST(std::filesystem::is_symlink(link));
  BOOST_TEST(read_users(file.path)->size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_with_bad_lines_or_mode_is_not_changed) {
  UsersFile file;
  file.write("nonsense\n");
  BOOST_TEST((set_user(file.path, user("ann", http::Role::admin)).error().code == sdk::Errc::invalid));
  file.write(line_of("ann", "admin") + "\n");
  ::chmod(file.path.c_str(), 0644);
  BOOST_TEST((set_user(file.path, user("ann", http::Role::reader)).error().code == sdk::Errc::denied));
  BOOST_TEST(file.read() == line_of("ann", "admin") + "\n");
  BOOST_TEST(file.beside() == 1U);
}

BOOST_AUTO_TEST_CASE(unusable_users_are_not_written) {
  UsersFile file;
  for (auto const& bad :
       {user("a:b", http::Role::reader), user("", http::Role::reader), user("a\nb", http::Role::admin),
        user("ann", http::Role::anonymous), User{"ann", http::Role::reader, {}}})
    BOOST_TEST((set_user(file.path, bad).error().code == sdk::Errc::invalid), bad.name);
  BOOST_TEST(!std::filesystem::exists(file.path));
}

BOOST_AUTO_TEST_CASE(removing_a_user_removes_its_line_only) {
  UsersFile file;
  BOOST_TEST((remove_user(file.path, "ann").error().code == sdk::Errc::not_found));
  file.write("# ann:\n" + line_of("ann", "admin") + "\n" + line_of("ann2", "reader") + "\n");
  BOOST_REQUIRE(remove_user(file.path, "ann").has_value());
  BOOST_TEST(file.read() == "# ann:\n" + line_of("ann2", "reader") + "\n");
  BOOST_TEST((remove_user(file.path, "ann").error().code == sdk::Errc::not_found));
}

BOOST_AUTO_TEST_CASE(changes_made_at_the_same_time_are_all_kept) {
  UsersFile file;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&file, writer] {
      for (int number = 0; number < 5; ++number)
        set_user(file.path, user("user" + std::to_string(writer * 5 + number), http::Role::reader)).value();
    });
  writers.clear();
  BOOST_TEST(read_users(file.path)->size() == 20U);
  BOOST_TEST(file.beside() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
