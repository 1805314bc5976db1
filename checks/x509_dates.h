/* When a certificate is valid, and whose it is: as much of X.509 as that takes (RFC 5280, section 4.1; DER: X.690). Nothing is
 * verified. */
#ifndef CHECKS_X509_DATES_H
#define CHECKS_X509_DATES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct x509_dates {
	int64_t not_before; /* seconds since the epoch */
	int64_t not_after;
	const char *unit; /* first organizationalUnitName of the subject, safe; NULL: none */
};
struct x509_list VEC_BODY(struct x509_dates);

/* Every certificate of a PEM text (RFC 7468), in order; other blocks are passed over. ERROR_NOT_FOUND when there is none,
 * ERROR_LIMIT beyond X509_DATES_MAX of them, ERROR_MALFORMED for one that is cut or is no certificate. */
#define X509_DATES_MAX 64
int x509_dates_read(struct arena *arena, const char *pem, struct x509_list *ret, struct error *err);

#endif
