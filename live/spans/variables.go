package spans

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// variables says what is wrong with the variables that the exporter reads. It would go on without what it can't read, and write
// that to standard error, with the secrets that headers hold.
func variables() error {
	for _, kind := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		for _, v := range []struct {
			name  string
			check func(value string) error
		}{
			{"HEADERS", headers}, {"TIMEOUT", milliseconds},
			{"CERTIFICATE", readable}, {"CLIENT_CERTIFICATE", readable}, {"CLIENT_KEY", readable},
		} {
			value := strings.TrimSpace(os.Getenv(kind + v.name))
			if value == "" {
				continue
			}
			if err := v.check(value); err != nil {
				return fmt.Errorf("%s%s: %w", kind, v.name, err)
			}
		}
	}
	return nil
}

// headers tells the place of what is wrong, and never the text.
func headers(value string) error {
	for n, pair := range strings.Split(value, ",") {
		name, content, found := strings.Cut(pair, "=")
		if !found {
			return fmt.Errorf("header %d has no = between name and value", n+1)
		}
		if !token(strings.TrimSpace(name)) {
			return fmt.Errorf("the name of header %d is none that HTTP knows", n+1)
		}
		if _, err := url.PathUnescape(content); err != nil {
			return fmt.Errorf("the value of header %d is not percent-encoded: write a %% as %%25", n+1)
		}
	}
	return nil
}

// token reports whether a text may be the name of a header, by RFC 9110.
func token(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
	})
}

func milliseconds(value string) error {
	if _, err := strconv.Atoi(value); err != nil {
		return errors.New("give a number of milliseconds, such as 10000")
	}
	return nil
}

func readable(path string) error {
	_, err := os.ReadFile(path)
	return err
}
