"""Requests that nobody should send. fanfare-http refuses each in its own words, and then answers the next one."""

import os
import unittest

from raw_http import LIVEZ, RawHttpTest, abort, exchange

GET = LIVEZ[:-2]  # without the empty line: a header may follow
POST = b"POST /api/v1/sessions/refresh HTTP/1.1\r\nHost: a\r\n"
LOGIN = (b"POST /api/v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
         b"Content-Length: 29\r\n\r\n{\"username\":\"a\",\"password\":1}")
LARGE = b"GET /assets/large.bin HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def post(length, body=b"hello"):
    return POST + b"Content-Length: " + length + b"\r\n\r\n" + body


def with_header(line):
    return GET + line + b"\r\n\r\n"


# Each with the bytes, one segment a part (None: first comes a reply), and the statuses of all replies in their order. A
# body that is not JSON is 415.
# 411: chunks are not taken, so nothing in them can mean one thing to a proxy and another to this server.
CASES = {
    "plain": ([LIVEZ], [200]),
    "keep-alive": ([with_header(b"Connection: keep-alive")], [200]),
    "HTTP/1.0 without keep-alive": ([b"GET /livez HTTP/1.0\r\n\r\n"], [200]),
    "Connection: close": ([with_header(b"Connection: close")], [200]),
    "no Host": ([b"GET /livez HTTP/1.1\r\n\r\n"], [400]),
    "three pipelined in one segment": ([LIVEZ * 3], [200, 200, 200]),
    "three pipelined with keep-alive": ([with_header(b"Connection: keep-alive") * 3], [200, 200, 200]),
    "three pipelined in segments": ([LIVEZ, LIVEZ, LIVEZ], [200, 200, 200]),
    "pipelined over one that waits for a worker": ([LOGIN, LIVEZ], [422, 200]),
    "HEAD": ([b"HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n"], [200]),
    "Expect: 100-continue": ([POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", None, b"hello"], [100, 415]),

    "chunked": ([CHUNKED + b"5\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunked with a late end and a next request": ([CHUNKED + b"5\r\nhello\r\n0\r\n", b"\r\n", LIVEZ], [411]),
    "chunk extension": ([CHUNKED + b"5;a=b\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk trailers": ([CHUNKED + b"5\r\nhello\r\n0\r\nX: y\r\n\r\n"], [411]),
    "chunk of -5": ([CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk of -1": ([CHUNKED + b"-1\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk of -2": ([CHUNKED + b"-2\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk of 2^63-1": ([CHUNKED + b"7fffffffffffffff\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk of 2^63-2": ([CHUNKED + b"7ffffffffffffffe\r\nhello\r\n"], [411]),
    "chunk of 2^64-1": ([CHUNKED + b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk of 8 GiB": ([CHUNKED + b"200000000\r\nhello\r\n"], [411]),
    "chunk of zz": ([CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"], [411]),
    "chunk without its line end": ([CHUNKED + b"5\r\nhelloXX0\r\n\r\n"], [411]),
    "chunk with more than it says": ([CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"], [411]),
    "Transfer-Encoding: gzip": ([POST + b"Transfer-Encoding: gzip\r\n\r\n"], [411]),
    "Transfer-Encoding: identity, chunked":
        ([POST + b"Transfer-Encoding: identity, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"], [411]),
    "Content-Length and Transfer-Encoding":
        ([POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX"], [400]),
    "two Content-Lengths": ([POST + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\nhello"], [400]),
    "Content-Length: -1": ([post(b"-1")], [400]),
    "Content-Length: -5": ([post(b"-5")], [400]),
    "Content-Length: 2^64-1": ([post(b"18446744073709551615")], [413]),
    "Content-Length of 30 digits": ([post(b"9" * 30)], [400]),
    "Content-Length of 8 GB": ([post(b"8000000000")], [413]),
    "Content-Length: abc": ([post(b"abc")], [400]),
    "Content-Length: 5abc": ([post(b"5abc")], [400]),
    "Content-Length: +5": ([post(b"+5")], [400]),

    "NUL in the path": ([b"GET /liv\0ez HTTP/1.1\r\nHost: a\r\n\r\n"], [400]),
    "NUL in a header": ([with_header(b"X-A: b\0c")], [400]),
    "NULs": ([b"\0" * 200], [400]),
    "random bytes": ([b"\x01" + os.urandom(3000)], [400]),
    "a TLS hello": ([bytes.fromhex("16030100") + os.urandom(200)], [400]),
    "line feeds alone": ([b"GET /livez HTTP/1.1\nHost: a\n\n"], [400]),
    "empty lines alone": ([b"\r\n\r\n"], [400]),
    "an empty line before the request": ([b"\r\n" + LIVEZ], [200]),
    "no method": ([b" /livez HTTP/1.1\r\n\r\n"], [400]),
    "a method of 5,000 letters": ([b"A" * 5000 + b" / HTTP/1.1\r\nHost: a\r\n\r\n"], [405]),
    "HTTP/9.9": ([b"GET /livez HTTP/9.9\r\n\r\n"], [505]),
    "a version that is cut off": ([b"GET /livez H\r\n\r\n"], [400]),
    "no version": ([b"GET /livez \r\n\r\n"], [400]),
    "the preface of HTTP/2": ([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], [505]),
    "OPTIONS *": ([b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"], [204]),
    "a whole URI": ([b"GET http://a/livez HTTP/1.1\r\nHost: a\r\n\r\n"], [200]),
    "a path without a slash": ([b"GET livez HTTP/1.1\r\nHost: a\r\n\r\n"], [400]),
    "an empty path": ([b"GET  HTTP/1.1\r\nHost: a\r\n\r\n"], [400]),
    "a path out of the folder": ([b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"], [404]),
    "escapes that are none": ([b"GET /livez/%zz%00%ff HTTP/1.1\r\nHost: a\r\n\r\n"], [400]),
    "a number that is none": ([b"GET /api/v1/conversations?limit=abc HTTP/1.1\r\nHost: a\r\n\r\n"], [401]),
    "a negative number": ([b"GET /api/v1/conversations?limit=-1 HTTP/1.1\r\nHost: a\r\n\r\n"], [401]),
    "JSON a thousand deep":
        ([POST + b"Content-Type: application/json\r\nContent-Length: 2000\r\n\r\n" + b"[" * 1000 + b"]" * 1000], [400]),
    "a query of signs": ([b"GET /livez?&&==&a=&=b&%&?? HTTP/1.1\r\nHost: a\r\n\r\n"], [400]),
    "a query that is cut off": ([b"GET /livez?a HTTP/1.1\r\nHost: a\r\n\r\n"], [200]),
    "a thousand headers": ([GET + b"".join(b"X-%d: y\r\n" % i for i in range(1000)) + b"\r\n"], [431]),
    "a header of 60 kB": ([with_header(b"X-A: " + b"b" * 60000)], [431]),
    "a header of 200 kB": ([with_header(b"X-A: " + b"b" * 200000)], [431]),
    "a body of 200 kB": ([post(b"200000", b"b" * 200000)], [413]),
    "a request inside a body that is too large":
        ([post(b"200000", b"b" * 70000 + b" \r\n" * 100 + LIVEZ)], [413]),
    "a request behind a refused one": ([b"BAD / HTTP/1.1\r\n\r\n", LIVEZ], [400]),
    "a header without a colon": ([with_header(b"NoColon")], [400]),
    "a header without a name": ([with_header(b": v")], [400]),
    "a space before the colon": ([with_header(b"X-A : v")], [400]),
    "a folded header": ([with_header(b"X-A: v\r\n  cont")], [400]),

    # Headers that mean nothing here are not looked into.
    "Cookie of signs": ([with_header(b"Cookie: ;;=;==;a")], [200]),
    "empty Cookie": ([with_header(b"Cookie: ")], [200]),
    "Cookie without =": ([with_header(b"Cookie: abc")], [200]),
    "Set-Cookie in a request": ([with_header(b"Set-Cookie: a=b; Expires=xx; Max-Age=99999999999999999")], [200]),
    "Set-Cookie of signs": ([with_header(b"Set-Cookie: ;")], [200]),
    "Accept of signs": ([with_header(b"Accept: ///;q=zz,,")], [200]),
    "Content-Type of signs": ([with_header(b"Content-Type: ////")], [200]),
    "empty Content-Type": ([with_header(b"Content-Type: ")], [200]),
    "Host with a port that is none": ([b"GET /livez HTTP/1.1\r\nHost: a:999999999999\r\n\r\n"], [400]),
    "Host with IPv6": ([b"GET /livez HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"], [200]),
    "Host that is cut off": ([b"GET /livez HTTP/1.1\r\nHost: [\r\n\r\n"], [400]),
    "empty Host": ([b"GET /livez HTTP/1.1\r\nHost: \r\n\r\n"], [400]),
    "Date that is none": ([with_header(b"Date: zzz")], [200]),
    "If-Modified-Since that is none": ([with_header(b"If-Modified-Since: zzz")], [200]),
    "empty Authorization": ([with_header(b"Authorization: ")], [200]),
    "Authorization that is none": ([with_header(b"Authorization: Basic !!!!")], [200]),
    "Cache-Control that is none": ([with_header(b"Cache-Control: max-age=abc")], [200]),
    "Cache-Control without a value": ([with_header(b"Cache-Control: max-age")], [200]),
    "Cache-Control at the end": ([with_header(b"Cache-Control: max-age=1")], [200]),
    "Connection: zzz, upgrade": ([with_header(b"Connection: zzz, upgrade")], [200]),
    "Accept-Encoding of signs": ([with_header(b"Accept-Encoding: gzip;q=99, ;;")], [200]),
    "Expect: zzz": ([with_header(b"Expect: zzz")], [417]),
    "empty Server": ([with_header(b"Server:")], [200]),
    "empty User-Agent": ([with_header(b"User-Agent:")], [200]),
    "Allow of methods that are none": ([with_header(b"Allow: zz, yy")], [200]),
    "empty Location": ([with_header(b"Location:")], [200]),
    "Access-Control headers":
        ([with_header(b"Access-Control-Allow-Origin:\r\nAccess-Control-Allow-Headers:")], [200]),
}

# How a client goes away: the bytes before, a reset or an orderly end, and how often.
DEPARTURES = {
    "closed in the head": (GET, False, 1),
    "closed in the body": (POST + b"Content-Length: 500\r\n\r\nab", False, 1),
    "reset in the body": (POST + b"Content-Length: 500\r\n\r\nab", True, 1),
    "reset while a worker is asked": (LOGIN, True, 20),
    "closed while a worker is asked": (LOGIN, False, 20),
    "reset while a large file is sent": (LARGE, True, 10),
}


class HostileRequests(RawHttpTest):
    def test_each_is_answered_as_it_deserves_and_the_next_one_normally(self):
        self.assertEqual(len(CASES) + len(DEPARTURES), 105)
        for name, (parts, statuses) in CASES.items():
            with self.subTest(name):
                with self.connect() as client:
                    self.assertEqual(exchange(client, parts, len(statuses)), statuses)
                self.assert_answers(name)

    def test_clients_that_go_away_take_nothing_along(self):
        for name, (start, with_reset, times) in DEPARTURES.items():
            with self.subTest(name):
                for _ in range(times):
                    client = self.connect()
                    client.sendall(start)
                    abort(client) if with_reset else client.close()
                    self.assert_answers(name)


if __name__ == "__main__":
    unittest.main()
