package web

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/lostupdate/stress/service/spec"
)

// cookies are those that a client was given.
type cookies struct {
	jar *cookiejar.Jar
	// safe is whether cookies that are for secure connections only are sent: over TLS, and to this machine, which browsers
	// count as secure, too.
	safe bool
}

func newCookies(base *url.URL) *cookies {
	jar, _ := cookiejar.New(nil) // it fails for options alone
	return &cookies{jar, base.Scheme == "https" || local(base)}
}

// at is an address as the jar is to see it.
func (c *cookies) at(u *url.URL) *url.URL {
	seen := *u
	if c.safe {
		seen.Scheme = "https"
	}
	return &seen
}

// keep takes the cookies of an answer. One that would never be sent is an error, since a session that is silently lost looks like
// a defect of the service.
func (c *cookies) keep(u *url.URL, h http.Header) error {
	given := (&http.Response{Header: h}).Cookies()
	for _, one := range given {
		if one.Secure && !c.safe {
			return fmt.Errorf("the service gives the cookie %s for https only: say https:// in url, or let it give another here",
				one.Name)
		}
	}
	c.jar.SetCookies(c.at(u), given)
	return nil
}

// add adds cookies to those that the file may name.
func (c *cookies) add(r *request) {
	all := c.jar.Cookies(c.at(r.url))
	if len(all) == 0 {
		return
	}
	pairs := make([]string, len(all))
	for i, one := range all {
		pairs[i] = one.String()
	}
	text := strings.Join(pairs, "; ")
	for i := range r.headers {
		if strings.EqualFold(r.headers[i].Name, "Cookie") {
			r.headers[i].Value += "; " + text
			return
		}
	}
	r.headers = append(r.headers, spec.Header{Name: "Cookie", Value: text})
}
