#include "checks/x509_dates.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "checks/base64.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

/* Identifier octets, X.690 section 8.1.2. */
enum { TAG_OID = 0x06, TAG_UTC_TIME = 0x17, TAG_GENERALIZED_TIME = 0x18, TAG_SEQUENCE = 0x30, TAG_SET = 0x31, TAG_VERSION = 0xa0 };

static const unsigned char unit_oid[] = {0x55, 0x04, 0x0b}; /* 2.5.4.11 */

struct der {
	const unsigned char *at, *end;
};
struct element {
	unsigned tag;
	struct der content;
};

/* The next element: definite lengths of at most four octets, as certificates of any real size have. */
static bool take(struct der *der, struct element *ret)
{
	if (der->end - der->at < 2)
		return false;
	unsigned tag = *der->at++;
	size_t len = *der->at++;
	if (len & 0x80) {
		size_t octets = len & 0x7f;

		if (octets == 0 || octets > 4 || octets > (size_t)(der->end - der->at))
			return false;
		for (len = 0; octets; octets--)
			len = len << 8 | *der->at++;
	}
	if (len > (size_t)(der->end - der->at))
		return false;
	*ret = (struct element){tag, {der->at, der->at + len}};
	der->at += len;
	return true;
}

static bool take_tagged(struct der *der, unsigned tag, struct der *ret)
{
	struct element element;

	if (!take(der, &element) || element.tag != tag)
		return false;
	*ret = element.content;
	return true;
}

/* "YYMMDDHHMMSSZ" below 2050, else "YYYYMMDDHHMMSSZ": nothing else is allowed (RFC 5280, section 4.1.2.5). */
static bool take_time(struct der *der, int64_t *ret)
{
	struct element element;
	struct tm tm = {0};
	char text[16] = {0};

	if (!take(der, &element))
		return false;
	size_t len = (size_t)(element.content.end - element.content.at);
	size_t century = element.tag == TAG_GENERALIZED_TIME ? 2 : 0;
	if ((!century && element.tag != TAG_UTC_TIME) || len != 13 + century || element.content.end[-1] != 'Z')
		return false;
	memcpy(text, element.content.at, len);
	if (strspn(text, "0123456789") != len - 1 ||
	    sscanf(text + century, "%2d%2d%2d%2d%2d%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec) != 6)
		return false;
	if (century)
		tm.tm_year += ((text[0] - '0') * 10 + text[1] - '0' - 19) * 100;
	else if (tm.tm_year < 50)
		tm.tm_year += 100;
	tm.tm_mon--;
	*ret = timegm(&tm);
	return true;
}

/* Name ::= SEQUENCE OF SET OF SEQUENCE { OID, text } */
static const char *find_unit(struct arena *arena, struct der name)
{
	struct der set, pair, oid;
	struct element text;

	while (take_tagged(&name, TAG_SET, &set))
		while (take_tagged(&set, TAG_SEQUENCE, &pair))
			if (take_tagged(&pair, TAG_OID, &oid) && (size_t)(oid.end - oid.at) == sizeof unit_oid &&
			    memcmp(oid.at, unit_oid, sizeof unit_oid) == 0 && take(&pair, &text))
				return text_safe(arena, (const char *)text.content.at,
						 (size_t)(text.content.end - text.content.at));
	return NULL;
}

static bool parse(struct arena *arena, struct der der, struct x509_dates *ret)
{
	struct der certificate, tbs, validity, subject;
	struct element element;

	if (!take_tagged(&der, TAG_SEQUENCE, &certificate) || !take_tagged(&certificate, TAG_SEQUENCE, &tbs) || !take(&tbs, &element))
		return false;
	if (element.tag == TAG_VERSION && !take(&tbs, &element))
		return false;
	/* That was the serial number; algorithm and issuer follow. */
	if (!take(&tbs, &element) || !take(&tbs, &element) || !take_tagged(&tbs, TAG_SEQUENCE, &validity) ||
	    !take_tagged(&tbs, TAG_SEQUENCE, &subject))
		return false;
	ret->unit = find_unit(arena, subject);
	return take_time(&validity, &ret->not_before) && take_time(&validity, &ret->not_after);
}

int x509_dates_read(struct arena *arena, const char *pem, struct x509_list *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct x509_list list = {0};

	for (const char *begin; (begin = strstr(pem, BEGIN));) {
		const char *text = begin + strlen(BEGIN), *end = strstr(text, END);
		struct x509_dates dates = {0};
		unsigned char *bytes;
		size_t len;

		if (list.count == X509_DATES_MAX)
			return error_set(err, ERROR_LIMIT, "more than %d certificates", X509_DATES_MAX);
		if (!end || !base64_decode(scratch, text, (size_t)(end - text), &bytes, &len) ||
		    !parse(arena, (struct der){bytes, bytes + len}, &dates))
			return error_set(err, ERROR_MALFORMED, "certificate %zu cannot be understood", list.count + 1);
		vec_push(arena, &list, dates);
		pem = end + strlen(END);
	}
	if (list.count == 0)
		return error_set(err, ERROR_NOT_FOUND, "no certificate in it");
	*ret = list;
	return 0;
}
