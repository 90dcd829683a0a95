package service_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service"
)

func TestHandler(t *testing.T) {
	server := httptest.NewServer(NewWallets())
	defer server.Close()
	service.Test(t, service.Spec{File: "testdata/wallet.yaml", Strategy: "locked", URL: server.URL}, harness.Clients(16))
}

// TestTheExampleIsRun holds that docs/testing.md shows the test above.
func TestTheExampleIsRun(t *testing.T) {
	page, err := os.ReadFile("../docs/testing.md")
	require.NoError(t, err)
	here, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	_, shown, found := strings.Cut(string(page), "func TestHandler")
	require.True(t, found)
	shown, _, _ = strings.Cut(shown, "```")
	require.Contains(t, string(here), "func TestHandler"+strings.ReplaceAll(shown, `"wallet.yaml"`, `"testdata/wallet.yaml"`))
}

// printer stands for the *testing.T of a test. It prints what is wrong, without the numbers.
type printer struct{ *fake }

func (printer) Name() string             { return "Example" }
func (printer) Context() context.Context { return context.Background() }

func (p printer) Errorf(format string, args ...any) {
	text, _, _ := strings.Cut(fmt.Sprintf(format, args...), "\n   ")
	fmt.Println(regexp.MustCompile(`(?s)^INVALID\n([a-z-]+): .*? (Through \S+ \S+)\..*`).ReplaceAllString(text, "$1 $2"))
}

// A handler of the user's own: it reads, thinks and writes.
func ExampleTest() {
	t := printer{&fake{}}
	server := httptest.NewServer(newBank().handler())
	defer server.Close()
	service.Test(t, service.Spec{File: "testdata/wallet.yaml", Strategy: "broken", URL: server.URL}, harness.Cases("off"))
	// Output: lost-update Through POST /broken/wallets/{run}-{wallet}/deduct
}
