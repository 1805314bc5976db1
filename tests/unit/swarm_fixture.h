/* What Docker Engine 20.10.24 wrote and answered as a manager: certificates of a swarm that no longer exists, keys made up. */
#ifndef TESTS_UNIT_SWARM_FIXTURE_H
#define TESTS_UNIT_SWARM_FIXTURE_H

#define ROOT_CRT \
	"-----BEGIN CERTIFICATE-----\n" \
	"MIIBajCCARCgAwIBAgIUOLE8s0iH+kjMVGgIXJ+bRfguGEEwCgYIKoZIzj0EAwIw\n" \
	"EzERMA8GA1UEAxMIc3dhcm0tY2EwHhcNMjYxMTIyMDgwNjAwWhcNNDYxMTE3MDgw\n" \
	"NjAwWjATMREwDwYDVQQDEwhzd2FybS1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n" \
	"A0IABHCGeT4QtjdjwLnAJKcq+c6/p0xgaWZYHuVmrcyMkr3k4NRFxIdI9PP5dTOy\n" \
	"RU/Y+zI2Ui8hSbtJ65uaCnpWThOjQjBAMA4GA1UdDwEB/wQEAwIBBjAPBgNVHRMB\n" \
	"Af8EBTADAQH/MB0GA1UdDgQWBBTGwa7MjyrSvqaicavOqu735HjK1zAKBggqhkjO\n" \
	"PQQDAgNIADBFAiEAvj6oWsXBV3hEKvNJ9XFONCj6P4A5vFofwilsrnrRaqkCIDdV\n" \
	"al5z7ZhEA7xlEHcdI0au+8lAnJGh3vioeOA5K426\n" \
	"-----END CERTIFICATE-----\n"
#define ROOT_BEGINS 1795334760 /* openssl x509 -startdate: Nov 22 08:06:00 2026 GMT */
#define ROOT_ENDS   2426054760 /* Nov 17 08:06:00 2046 GMT */

#define NODE_CRT \
	"-----BEGIN CERTIFICATE-----\n" \
	"MIICNTCCAdugAwIBAgIUfGq/Um4G/oGg3U/T69Go23eeMucwCgYIKoZIzj0EAwIw\n" \
	"EzERMA8GA1UEAxMIc3dhcm0tY2EwHhcNMjYxMTIyMDcxMjAwWhcNMjcwMjIwMDgx\n" \
	"MjAwWjBgMSIwIAYDVQQKExk5cWg4c2h3YjJsY3NqY2Vmb2czczdtOXRiMRYwFAYD\n" \
	"VQQLEw1zd2FybS1tYW5hZ2VyMSIwIAYDVQQDExk3czJ0Nm52Z3pkOGo4ZzRwbG1z\n" \
	"OWFhYnJ0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYWUds+Q9pfpr3Jf8wau8\n" \
	"SGTP07fmhicUURwU4wGiqtX4ElSioijdhbdOaFmcGgLxl7JUgQmv/p/x5I2+jdXH\n" \
	"mqOBvzCBvDAOBgNVHQ8BAf8EBAMCBaAwHQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsG\n" \
	"AQUFBwMCMAwGA1UdEwEB/wQCMAAwHQYDVR0OBBYEFL851CbIqNcAillK9OkXK8Eu\n" \
	"N1sLMB8GA1UdIwQYMBaAFMbBrsyPKtK+pqJxq86q7vfkeMrXMD0GA1UdEQQ2MDSC\n" \
	"DXN3YXJtLW1hbmFnZXKCGTdzMnQ2bnZnemQ4ajhnNHBsbXM5YWFicnSCCHN3YXJt\n" \
	"LWNhMAoGCCqGSM49BAMCA0gAMEUCIF7pO2LPZ0Zszz/eg6P3xA+QFnkMLKtL5mog\n" \
	"82Ee/riZAiEAio/RZgXAdd2HR/Odgl5+J7427MbeQ67R68I/MugPTfY=\n" \
	"-----END CERTIFICATE-----\n"
#define NODE_BEGINS 1795331520 /* Nov 22 07:12:00 2026 GMT */
#define NODE_ENDS   1803111120 /* Feb 20 08:12:00 2027 GMT */

#define KEY_PLAIN  "-----BEGIN PRIVATE KEY-----\nkek-version: 0\nraft-dek: AAAA\n\nAAAA\n-----END PRIVATE KEY-----\n"
#define KEY_LOCKED "-----BEGIN ENCRYPTED PRIVATE KEY-----\nkek-version: 25\nraft-dek: AAAA\n\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
#define KEY_OLD                                                                                                        \
	"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\nkek-version: 3\n\nAAAA\n"        \
	"-----END EC PRIVATE KEY-----\n"

#define STATE(listen, data)                                                                                            \
	"{\"LocalAddr\":\"10.79.0.1\",\"RemoteAddr\":\"\",\"ListenAddr\":\"" listen "\",\"AdvertiseAddr\":\"10.79.0.1:2377\","      \
	"\"DataPathAddr\":\"" data "\",\"DefaultAddressPool\":[],\"SubnetSize\":24,\"DataPathPort\":4789,\"JoinInProgress\":false}"

#endif
