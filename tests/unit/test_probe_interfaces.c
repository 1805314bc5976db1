/* What the parameters of each interface and of all come to. */
#include "probe_tree.h"

extern const struct probe probe_interfaces;

#define FACT "host.interfaces"
#define PARAMETERS 11

static const char *const names[PARAMETERS] = {
	"ipv4/conf/%s/forwarding", "ipv4/conf/%s/accept_redirects", "ipv4/conf/%s/send_redirects", "ipv4/conf/%s/accept_source_route",
	"ipv4/conf/%s/route_localnet", "ipv4/conf/%s/rp_filter", "ipv6/conf/%s/disable_ipv6", "ipv6/conf/%s/forwarding",
	"ipv6/conf/%s/accept_redirects", "ipv6/conf/%s/accept_source_route", "ipv6/conf/%s/accept_ra",
};

/* "-" : no such file. */
static void set(struct probe_tree *tree, const char *interface, const char *const values[PARAMETERS])
{
	for (size_t i = 0; i < PARAMETERS; i++) {
		char name[128];

		if (strcmp(values[i], "-") == 0)
			continue;
		snprintf(name, sizeof name, "/proc/sys/net/%.*s%s%s", (int)(strchr(names[i], '%') - names[i]), names[i], interface,
			 strchr(names[i], '%') + 2);
		tree_file(tree, name, arena_printf(tree->arena, "%s\n", values[i]), 0644);
	}
}

static void run_on(struct probe_tree *tree)
{
	tree_want(tree, FACT);
	tree_run(tree, &probe_interfaces);
}

/* Expectations from include/linux/inetdevice.h and include/net/ipv6.h, not from what the probe says. */
static void parameters_combine_as_the_kernel_combines_them(void **state)
{
	static const struct {
		const char *all[PARAMETERS], *own[PARAMETERS];
		const char *field, *shown;
	} rows[] = {
		/* fwd red  send src  loc  rpf  off6 fwd6 red6 src6 ra6 */
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "accept_redirects", "false"},
		{{"0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "accept_redirects", "true"},
		{{"0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "accept_redirects", "true"},
		{{"1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "accept_redirects", "true"},
		{{"1", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "send_redirects", "true"},
		{{"1", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "source_routes", "false"},
		{{"1", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0"},
		 "source_routes", "true"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "1", "0", "0", "0", "0", "0", "0"},
		 "route_localnet", "true"},
		{{"1", "0", "0", "0", "0", "2", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "1", "0", "0", "0", "0", "0"},
		 "rp_filter", "2"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "1", "0", "0", "0", "0", "0"},
		 "rp_filter", "1"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "1", "0", "1", "0", "0"}, "ipv6", "false"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "0", "1", "0", "0"},
		 "ipv6_redirects", "true"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "1", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "1", "1", "0", "0"},
		 "ipv6_redirects", "false"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "-1", "0"}, {"1", "0", "0", "0", "0", "0", "0", "0", "0", "1", "0"},
		 "ipv6_source_routes", "false"},
		{{"1", "0", "0", "0", "0", "0", "0", "0", "0", "1", "0"}, {"1", "0", "0", "0", "0", "0", "0", "0", "0", "1", "0"},
		 "ipv6_source_routes", "true"},
		{{"1", "0", "0", "0", "0", "0", "0", "1", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "1", "0", "0", "1"},
		 "ipv6_router_advertisements", "false"},
		{{"1", "0", "0", "0", "0", "0", "0", "1", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0", "0", "1", "0", "0", "2"},
		 "ipv6_router_advertisements", "true"},
		{{"1", "0", "0", "0", "0", "0", "-", "-", "-", "-", "-"}, {"1", "0", "0", "0", "0", "0", "-", "-", "-", "-", "-"}, "ipv6", "false"},
		{{"1", "-", "0", "0", "0", "0", "0", "0", "0", "0", "0"}, {"1", "-", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
		 "accept_redirects", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		tree_setup(state);
		struct probe_tree *tree = *state;

		set(tree, "all", rows[i].all);
		set(tree, "eth0", rows[i].own);
		run_on(tree);
		const struct fact_side *side = tree_side(tree, FACT);
		assert_int_equal(side->state, FACT_PRESENT);
		assert_int_equal(side->value.records.count, 1);
		assert_string_equal(tree_field(tree, side, 0, rows[i].field), rows[i].shown);
		tree_teardown(state);
	}
}

static const char *const zeros[PARAMETERS] = {"0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"};

static void kinds_are_told_and_ports_of_bridges_left_out(void **state)
{
	static const char *const expected[][3] = {
		{"docker0", "bridge", "false"}, {"eth0", "hardware", "false"}, {"eth0.100", "virtual", "false"},
		{"lo", "loopback", "false"}, {"veth1", "virtual", "true"},
	};
	struct probe_tree *tree = *state;

	set(tree, "all", zeros);
	set(tree, "default", zeros);
	for (size_t i = 0; i < COUNT(expected); i++)
		set(tree, expected[i][0], zeros);
	tree_folder(tree, "/sys/class/net/docker0/bridge");
	tree_folder(tree, "/sys/class/net/eth0/device");
	tree_folder(tree, "/sys/class/net/veth1/brport");
	run_on(tree);
	const struct fact_side *side = tree_side(tree, FACT);
	assert_int_equal(side->state, FACT_PRESENT);
	assert_int_equal(side->value.records.count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_string_equal(tree_field(tree, side, i, "name"), expected[i][0]);
		assert_string_equal(tree_field(tree, side, i, "kind"), expected[i][1]);
		assert_string_equal(tree_field(tree, side, i, "bridge_port"), expected[i][2]);
		assert_string_equal(tree_field(tree, side, i, "rp_filter"), i == 4 ? "" : "0");
	}
}

static void one_parameter_that_cannot_be_read_spoils_the_list(void **state)
{
	struct probe_tree *tree = *state;

	set(tree, "all", zeros);
	set(tree, "eth0", zeros);
	tree_file(tree, "/proc/sys/net/ipv4/conf/eth0/rp_filter", "x\n", 0644);
	run_on(tree);
	assert_string_equal(tree_shown(tree, FACT), "unreadable");
}

static void tree_at_rest_has_no_interfaces(void **state)
{
	struct probe_tree *tree = *state;

	run_on(tree);
	assert_string_equal(tree_shown(tree, FACT), "unsupported");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_combine_as_the_kernel_combines_them),
		TEST(kinds_are_told_and_ports_of_bridges_left_out),
		TEST(one_parameter_that_cannot_be_read_spoils_the_list),
		TEST(tree_at_rest_has_no_interfaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
