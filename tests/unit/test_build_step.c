/* Steps of image histories: what their text tells, in the forms of each builder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "checks/build_packages.h"
#include "checks/build_secrets.h"
#include "checks/build_step.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TOKEN        "ghp_0123456789abcdefghij"

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void steps_are_of_the_kind_that_their_text_says(void **state)
{
	static const struct {
		const char *text;
		enum build_step_kind kind;
	} rows[] = {
		{"", BUILD_STEP_UNTOLD},
		{"RUN /bin/sh -c apt-get update # buildkit", BUILD_STEP_RUN},
		{"/bin/sh -c apt-get update", BUILD_STEP_RUN},
		{"|1 A=b c /bin/sh -c make", BUILD_STEP_RUN},
		{"RUN |2 A=b C= /bin/bash -o pipefail -c make # buildkit", BUILD_STEP_RUN},
		{"RUN apt-get update # buildkit", BUILD_STEP_RUN},
		{"sleep 3600", BUILD_STEP_RUN},
		{"/bin/bash", BUILD_STEP_UNTOLD}, /* committed by hand */
		{"sh", BUILD_STEP_UNTOLD},
		{"RUN /bin/sh -c <<EOF (apt-get update...) # buildkit", BUILD_STEP_UNTOLD},
		{"/bin/sh -c #(nop)  CMD [\"sh\"]", BUILD_STEP_OTHER},
		{"/bin/sh -c #(nop) ADD file:1 in / ", BUILD_STEP_OTHER},
		{"ENV A=b", BUILD_STEP_OTHER},
		{"COPY / / # buildkit", BUILD_STEP_OTHER},
		{"ADDED x", BUILD_STEP_RUN},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct build_step step;

		build_step_parse(*state, rows[i].text, &step);
		if (step.kind != rows[i].kind)
			fail_msg("%s: %d", rows[i].text, step.kind);
	}
}

static void only_a_refresh_without_an_install_is_alone(void **state)
{
	static const struct {
		const char *text;
		const char *found;
	} rows[] = {
		{"/bin/sh -c apt-get update", "apt-get update"},
		{"RUN /bin/sh -c apt-get update # buildkit", "apt-get update"},
		{"RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c apt-get -qq -y update # buildkit", "apt-get update"},
		{"/bin/sh -c apt-get update && apt-get install -y curl", NULL},
		{"/bin/sh -c apt-get update     && DEBIAN_FRONTEND=noninteractive apt-get -y upgrade", NULL},
		{"/bin/sh -c set -eux; if true; then apt-get update; fi; apt-get install -y --no-install-recommends x", NULL},
		{"/bin/sh -c apt update; apt-get install -y x", NULL}, /* one family */
		{"/bin/sh -c apt-get update; apk add x", "apt-get update"},
		{"RUN /bin/sh -c <<EOF\napt-get update\napt-get install -y x\nEOF\n # buildkit", NULL},
		{"RUN /bin/sh -c <<EOF\napt-get update\nEOF\n # buildkit", "apt-get update"},
		{"/bin/sh -c sh -c 'apt-get update'", "apt-get update"},
		{"/bin/sh -c sudo -E apk update", NULL}, /* an option of sudo's: not seen through */
		{"/bin/sh -c sudo apk update", "apk update"},
		{"/bin/sh -c apk --no-cache add x", NULL},
		{"/bin/sh -c apk add update", NULL},
		{"/bin/sh -c yum -y update", NULL}, /* upgrades */
		{"/bin/sh -c dnf makecache", "makecache of yum or dnf"},
		{"/bin/sh -c zypper refresh", "zypper refresh"},
		{"/bin/sh -c echo apt-get update", NULL},
		{"/bin/sh -c echo 'run; apt-get update'", NULL},
		{"/bin/sh -c ./update.sh update", NULL},
		{"/bin/sh -c # apt-get update", NULL},
		{"/bin/sh -c #(nop)  CMD [\"apt-get\" \"update\"]", NULL},
		{"LABEL update=apt-get update", NULL},
		{"/bin/sh -c /usr/bin/apt-get \\\n update", "apt-get update"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct build_step step;
		const char *found;

		build_step_parse(*state, rows[i].text, &step);
		found = build_packages_lone_update(&step);
		if (!text_eq(found, rows[i].found))
			fail_msg("%s: %s", rows[i].text, found ? found : "nothing");
	}
}

static void verification_that_is_switched_off_is_found(void **state)
{
	static const struct {
		const char *text;
		const char *found;
	} rows[] = {
		{"/bin/sh -c apt-get install -y --allow-unauthenticated x", "[apt-get --allow-unauthenticated]"},
		{"/bin/sh -c apt-get -o APT::Get::AllowUnauthenticated=true install x", "[apt-get APT::Get::AllowUnauthenticated=]"},
		{"/bin/sh -c apt-get -oAcquire::AllowInsecureRepositories=1 update", "[apt-get Acquire::AllowInsecureRepositories=]"},
		{"/bin/sh -c apt-get -o APT::Get::AllowUnauthenticated=false install x", "[]"},
		{"/bin/sh -c dnf -y --nogpgcheck install x", "[dnf --nogpgcheck]"},
		{"/bin/sh -c yum install --setopt=gpgcheck=0 x", "[yum --setopt=gpgcheck=, gpgcheck=0]"},
		{"/bin/sh -c apk add --allow-untrusted x.apk", "[apk --allow-untrusted]"},
		{"/bin/sh -c pip install --trusted-host h x", "[pip --trusted-host]"},
		{"/bin/sh -c pip install --trusted-host=h x", "[pip --trusted-host=]"},
		{"/bin/sh -c curl -fsSLk https://h/x -o x", "[curl -k]"},
		{"/bin/sh -c curl -ok https://h/x", "[]"}, /* into a file named k */
		{"/bin/sh -c curl --insecure https://h/x", "[curl --insecure]"},
		{"/bin/sh -c wget --no-check-certificate https://h/x", "[wget --no-check-certificate]"},
		{"/bin/sh -c curl -fsSL https://h/x | sh", "[download | shell]"},
		{"/bin/sh -c curl -fsSL https://h/x 2>&1 | bash -s -- -y", "[download | shell]"},
		{"/bin/sh -c sh -c \"$(curl -fsSL https://h/x)\"", "[download | shell]"},
		{"/bin/sh -c curl -fsSL https://h/x || sh y", "[]"},
		{"/bin/sh -c curl -fsSL https://h/x | tar x", "[]"},
		{"/bin/sh -c echo 'deb [trusted=yes] https://h/ x main' > /etc/apt/sources.list", "[trusted=yes]"},
		{"/bin/sh -c sed -i s/gpgcheck=1/gpgcheck=0/ /etc/yum.conf", "[gpgcheck=0]"},
		{"/bin/sh -c sed -i s/gpgcheck=0/gpgcheck=1/ /etc/yum.conf", "[]"},
		{"/bin/sh -c grep gpgcheck=0 /etc/yum.conf", "[]"},
		{"/bin/sh -c git config --global http.sslVerify false", "[git http.sslVerify]"},
		{"/bin/sh -c npm config set strict-ssl false", "[npm strict-ssl]"},
		{"/bin/sh -c GIT_SSL_NO_VERIFY=1 git clone https://h/x", "[GIT_SSL_NO_VERIFY]"},
		{"ENV NODE_TLS_REJECT_UNAUTHORIZED=0", "[NODE_TLS_REJECT_UNAUTHORIZED]"},
		{"ENV NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY=false", "[]"},
		{"/bin/sh -c apt-get update && apt-get install -y curl", "[]"},
		{"/bin/sh -c echo --nogpgcheck --allow-untrusted", "[]"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strings found = {0};
		struct build_step step;
		struct value value;

		build_step_parse(*state, rows[i].text, &step);
		build_packages_unverified(*state, &step, &found);
		value = value_strings(found);
		if (strcmp(value_display(*state, &value, 0), rows[i].found) != 0)
			fail_msg("%s: %s", rows[i].text, value_display(*state, &value, 0));
	}
}

/* "name/length" of each row, with "!" when it is certain. */
static const char *shown(struct arena *arena, const struct value *rows)
{
	const char *text = "";

	vec_each(row, &rows->records)
		text = arena_printf(arena, "%s%s/%d%s ", text, record_get(row, "name")->string, (int)record_get(row, "length")->integer,
				    record_get(row, "certain")->boolean ? "!" : "");
	return text;
}

static void secrets_of_steps_are_named_without_their_values(void **state)
{
	static const struct {
		const char *text;
		const char *found;
	} rows[] = {
		{"ENV API_TOKEN=" TOKEN, "API_TOKEN/24! "},
		{"/bin/sh -c #(nop)  ENV DB_PASSWORD=changeme A=b", "DB_PASSWORD/8 "},
		{"|1 GITHUB=" TOKEN " /bin/sh -c make", "GITHUB/24! "},
		{"RUN |2 DB_PASSWORD=hunter2hunter2 X=y /bin/sh -c make # buildkit", "DB_PASSWORD/14 "},
		{"/bin/sh -c curl -H 'Authorization: Bearer abcdefghijklmnop' https://h/", "/38! "},
		{"/bin/sh -c git clone https://user:longpassword@h/x?a=b", "/33! "},
		{"/bin/sh -c REPO=https://user:longpassword@h/x make", "REPO/29! "},
		{"/bin/sh -c git clone https://user:${PASSWORD}@h/x", ""},
		{"/bin/sh -c login --password hunter2 --user x", "password/7 "},
		{"/bin/sh -c login --password=hunter2", "password/7 "},
		{"/bin/sh -c login --token " TOKEN, "/24! "},
		{"/bin/sh -c login --password-stdin --user x", ""},
		{"/bin/sh -c export TOKEN=$(cat /run/secrets/t)", ""},
		{"ENV PASSWORD_FILE=/run/secrets/p DB_PASSWORD=/run/secrets/p", ""},
		{"ENV GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D PYTHON_SHA256=aabbccdd", ""},
		{"ENV KEY=\"-----BEGIN RSA PRIVATE KEY-----\"", "KEY/31! "},
		{"/bin/sh -c echo '-----BEGIN RSA PRIVATE KEY-----' > /k", "/31! "},
		{"RUN /bin/sh -c --mount=type=secret,id=t make # buildkit", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct value found = {.type = VALUE_RECORDS};
		struct build_step step;

		build_step_parse(*state, rows[i].text, &step);
		build_secrets_step(*state, "step 1", &step, &found);
		if (strcmp(shown(*state, &found), rows[i].found) != 0)
			fail_msg("%s: %s", rows[i].text, shown(*state, &found));
	}
}

/* Nothing of this may crash, hang or be read past its end. */
static void hostile_steps_are_survived(void **state)
{
	static const char *const texts[] = {"\\", "'", "\"", "\"\\", "|", "|9", "|1 A", "RUN ", "#(nop)", "/bin/sh -c", "&&&&||;;((", "s", "=",
					    "-", "--", "RUN |1 = /bin/sh -c =", "curl -", "sed s", "sed s/", "`$(", "#", "ENV", "ENV =", ">&", "&"};
	struct arena *arena = *state;
	char *deep = ARENA_ARRAY(arena, char, BUILD_STEP_MAX + 2);

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct value found = {.type = VALUE_RECORDS};
		struct strings unverified = {0};
		struct build_step step;

		build_step_parse(arena, texts[i], &step);
		build_packages_lone_update(&step);
		build_packages_unverified(arena, &step, &unverified);
		build_secrets_step(arena, "step 1", &step, &found);
	}
	memset(deep, '(', BUILD_STEP_MAX + 1);
	struct build_step step;
	build_step_parse(arena, deep, &step);
	assert_int_equal(step.kind, BUILD_STEP_UNTOLD);
	for (size_t i = 0; i + 6 < BUILD_STEP_MAX; i += 6)
		memcpy(deep + i, "sh -c ", 7);
	build_step_parse(arena, deep, &step);
}

static void rows_of_secrets_are_bounded(void **state)
{
	struct value found = {.type = VALUE_RECORDS};

	for (size_t i = 0; i < BUILD_SECRETS_MAX + 10; i++)
		build_secrets_entry(*state, "environment", "API_TOKEN=" TOKEN, &found);
	assert_int_equal(found.records.count, BUILD_SECRETS_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_are_of_the_kind_that_their_text_says),
		TEST(only_a_refresh_without_an_install_is_alone),
		TEST(verification_that_is_switched_off_is_found),
		TEST(secrets_of_steps_are_named_without_their_values),
		TEST(hostile_steps_are_survived),
		TEST(rows_of_secrets_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
