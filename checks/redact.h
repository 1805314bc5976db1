/* Secrets are judged by where they stand and then forgotten: which texts are kept back.
 *
 * A name is a secret's when, without regard to case,
 *  - its letters and digits in a row hold password, passwd, passphrase, secret, token, credential,
 *    apikey, privatekey or accesskey (so DB_PASSWORD, api-key, x.accessKey), or
 *  - one of its words (runs of letters and digits) is pass, pwd, auth or, at its end, key.
 * A value is a secret's when it holds a PEM header ("-----BEGIN "), or a user and password in a URL
 * (://user:password@), or begins with "Bearer " or "Basic " or like a token of a well-known issuer
 * (ghp_, glpat-, AKIA, eyJ…). Neither test can prove that a text is none. */
#ifndef CHECKS_REDACT_H
#define CHECKS_REDACT_H

#include "base/text.h"

#define REDACT_TEXT "(redacted)"

bool redact_name_is_secret(const char *name);
bool redact_value_is_secret(const char *value);

/* The text without user, password, query and fragment of the URLs in it; arena or the text
 * itself. */
const char *redact_urls(struct arena *arena, const char *text);

#endif
