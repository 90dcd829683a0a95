package spec_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
)

// FuzzParse holds that no file ends the program, and that what is wrong with one is said as such, in lines.
func FuzzParse(f *testing.F) {
	for _, name := range words.Names() {
		text, err := spec.Example(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	whole, err := os.ReadFile("testdata/whole.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole))
	archive, err := txtar.ParseFile("testdata/wrong.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if strings.HasSuffix(file.Name, ".yaml") {
			f.Add(string(file.Data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := spec.Parse("f.yaml", []byte(text))
		switch {
		case err == nil && (s == nil || s.Stress != spec.Format || len(s.Calls) == 0):
			t.Fatal("right, but nothing was read")
		case err != nil && !errors.Is(err, spec.ErrSpec):
			t.Fatalf("%T %v", err, err)
		case err != nil && !strings.HasPrefix(err.Error(), "f.yaml:"):
			t.Fatal(err)
		}
	})
}

// FuzzText holds that no template ends the program, and that a value stays within the segment and the parameter where it stands.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"plain", "${run}", "a${run}b${key}", "$${run}", "${", "${}", "${run", `${"}"}`, "${ {} }", "${'${'}", "$$", "$${${run}",
		"${env.X}", "${run[0:2]}", "${1/0}", "${map(1..1000000, #)}",
	} {
		f.Add(text, "a/b?c#d e%20&../")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		scope := spec.Scope{
			"run": value, "key": int64(1), "delta": int64(1), "client": 0, "keys": 1, "port": 0, "strategy": value,
			"env": map[string]string{},
		}
		s, err := spec.Parse("f.yaml", []byte(counterFile("", "    body: "+quoted(text)+"\n")))
		if err == nil && s.Calls["add"].Body != nil {
			_, _ = s.Calls["add"].Body.Append(nil, scope) // an error is an answer, too
		}

		staysText(t, scope, value)

		s, err = spec.Parse("f.yaml", []byte(counterFile("setup:\n  - request: PUT /a/${strategy}/b?c=${strategy}&d=1\n")))
		if err != nil {
			t.Fatal(err)
		}
		path, err := s.SetUp[0].Target.Path(scope)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Fatal(err)
		}
		if u.Path != "/a/"+value+"/b" || strings.Count(u.EscapedPath(), "/") != 3 {
			t.Fatalf("%q became the path %s", value, path)
		}
		if q := u.Query(); q.Get("c") != value || q.Get("d") != "1" || len(q) != 2 {
			t.Fatalf("%q became the query %s", value, path)
		}
	})
}

// staysText holds that a value which is a text is that text in a body in JSON, whatever is in it.
func staysText(t *testing.T, scope spec.Scope, value string) {
	s, err := spec.Parse("f.yaml", []byte(counterFile("", "    body: [7, {a: '${run}', b: [true, '${key}'], c: '(${run})'}]\n")))
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Calls["add"].Body.Append(nil, scope)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	within := string(written[1 : len(written)-1])
	want := `[7,{"a":"` + within + `","b":[true,1],"c":"(` + within + `)"}]`
	if !sameJSON(string(body), want) {
		t.Fatalf("%s is not %s", body, want)
	}
}

// sameJSON reports whether two texts are the same value.
func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// quoted is a text as YAML has it in double quotes.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(text) + `"`
}
