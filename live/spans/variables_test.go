package spans_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/live/spans"
)

// What can't be read of a variable is told by its place: the exporter would write it to standard error, secrets and all.
func TestVariablesThatCanNotBeRead(t *testing.T) {
	for _, v := range []struct{ name, value string }{
		{"OTEL_EXPORTER_OTLP_HEADERS", "a=b,authorization=Bearer secret%zz"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "secret"},
		{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "sec ret=secret"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/at/all"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Setenv(v.name, v.value)
			_, err := spans.To(t.Context(), "http://127.0.0.1:1")
			require.ErrorContains(t, err, v.name)
			require.NotErrorIs(t, err, spans.ErrURL)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

// What a collector answers does not move the cursor, and is not shown without end.
func TestAnswersAreShown(t *testing.T) {
	to := collector{answer: func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(append([]byte("\x1b[31mred\a"), make([]byte, 5000)...))
	}}
	export, err := spans.To(t.Context(), to.start(t).URL)
	require.NoError(t, err)
	_, service := serve(t)
	lose(t, service, export.Option())
	text := export.Close(t.Context(), time.Minute).String()
	require.Contains(t, text, `\x1b[31mred\a`)
	require.NotContains(t, text, "\x1b")
	require.Less(t, len(text), 500)
}
