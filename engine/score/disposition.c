#include "score/disposition.h"

#include <fnmatch.h>
#include <time.h>

static const char *date_text(struct arena *arena, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm day;
	char text[32];

	if (!gmtime_r(&when, &day) || !strftime(text, sizeof text, "%Y-%m-%d", &day))
		return "long ago";
	return arena_strdup(arena, text);
}

static void dispose(struct arena *arena, struct finding *finding, enum disposition how,
		    const char *by, const char *reason)
{
	finding->disposition = how;
	finding->disposition_by = arena_strdup(arena, by);
	finding->disposition_reason = arena_strdup(arena, reason);
}

static void attest(struct arena *arena, const struct attestation *attestation, int64_t now,
		   struct finding *finding)
{
	if (now > attestation->until) {
		finding->message = arena_printf(arena, "%s (the attestation of %s ran out on %s)",
						finding->message, attestation->who,
						date_text(arena, attestation->until));
		return;
	}
	finding->result = attestation->passes ? RESULT_PASS : RESULT_FAIL;
	finding->message =
		arena_printf(arena, "attested by %s: %s", attestation->who, attestation->saw);
	dispose(arena, finding, DISPOSITION_ATTESTED, attestation->who, attestation->saw);
	finding->disposition_until = attestation->until;
}

static bool covers(const struct waiver *waiver, const struct planned *planned,
		   const struct finding *finding)
{
	if (strcmp(waiver->rule, planned->entry->id) != 0 &&
	    strcmp(waiver->rule, planned->rule->slug) != 0)
		return false;
	return !waiver->subject || fnmatch(waiver->subject, finding->subject_name, 0) == 0 ||
	       fnmatch(waiver->subject, finding->subject_id, 0) == 0;
}

static void waive(struct arena *arena, const struct planned *planned, int64_t now,
		  struct finding *finding)
{
	const struct waiver *expired = NULL;

	vec_each(item, &planned->waivers) {
		const struct waiver *waiver = *item;

		if (!covers(waiver, planned, finding))
			continue;
		if (now > waiver->expires) {
			expired = waiver;
			continue;
		}
		dispose(arena, finding, DISPOSITION_WAIVED, waiver->owner, waiver->reason);
		finding->disposition_until = waiver->expires;
		return;
	}
	if (expired)
		finding->message =
			arena_printf(arena, "%s (the waiver of %s expired on %s)", finding->message,
				     expired->owner, date_text(arena, expired->expires));
}

void disposition_apply(struct arena *arena, const struct planned *planned, int64_t now,
		       struct finding *finding)
{
	const char *seen = finding->message;

	if (finding->result == RESULT_MANUAL && planned->attestation)
		attest(arena, planned->attestation, now, finding);
	if (finding->result == RESULT_FAIL)
		waive(arena, planned, now, finding);
	if (finding->message != seen)
		finding->message = text_safe(arena, finding->message, strlen(finding->message));
}
