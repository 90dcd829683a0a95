package page

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// reader reads columns back, as 10-decode.js does.
type reader []byte

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(*r)
	*r = (*r)[size:]
	return n
}

func (r *reader) int() int64 {
	n, size := binary.Varint(*r)
	*r = (*r)[size:]
	return n
}

func (r *reader) part() *reader {
	n := r.uint()
	part := (*r)[:n:n]
	*r = (*r)[n:]
	return &part
}

// unpacked gives the sections of a page with a name.
func unpacked(t require.TestingT, page, name string) []reader {
	var all []reader
	for _, m := range regexp.MustCompile(`<script type="application/octet-stream" data-section="`+name+`">([^<]*)</script>`).
		FindAllStringSubmatch(page, -1) {
		packed, err := base64.StdEncoding.DecodeString(m[1])
		require.NoError(t, err)
		content, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
		require.NoError(t, err)
		all = append(all, content)
	}
	return all
}

// readTexts gives n texts of a column.
func readTexts(r *reader, templates []string, n int) []string {
	ids, numbers, lengths, raw := r.part(), r.part(), r.part(), r.part()
	all := make([]string, 0, n)
	for range n {
		id := ids.uint()
		if id == 0 {
			length := lengths.uint()
			all = append(all, string((*raw)[:length]))
			*raw = (*raw)[length:]
			continue
		}
		parts := strings.Split(templates[id-1], hole)
		text := parts[0]
		for _, p := range parts[1:] {
			text += fmt.Sprint(numbers.uint()) + p
		}
		all = append(all, text)
	}
	return all
}

// readBack gives the operations of a page, and the names of their objects.
func readBack(t require.TestingT, page string, n int) (all []report.Operation, objects []string) {
	var names struct {
		Kinds, Templates []string
		Objects          int
	}
	require.NoError(t, json.Unmarshal(unpacked(t, page, "names")[0], &names))
	objects = readTexts(&unpacked(t, page, "objects")[0], names.Templates, names.Objects)
	texts := unpacked(t, page, "texts")
	for b, numbers := range unpacked(t, page, "numbers") {
		size := min(blockSize, n-b*blockSize)
		all = append(all, readOps(&numbers, &texts[b], names.Kinds, names.Templates, size)...)
	}
	return all, objects
}

func readOps(numbers, texts *reader, kinds, templates []string, n int) []report.Operation {
	call, took, client, flags := numbers.part(), numbers.part(), numbers.part(), numbers.part()
	kind, key, retries := numbers.part(), numbers.part(), numbers.part()
	all := make([]report.Operation, n)
	told := readTexts(texts, templates, n)
	noted, at := 0, int64(0)
	for i := range all {
		op := &all[i]
		at += call.int()
		op.Call, op.Return, op.Client, op.Text = at, -1, int32(client.int()), told[i]
		if t := took.uint(); t > 0 {
			op.Return = op.Call + int64(t) - 1
		}
		f := (*flags)[i]
		op.Outcome, op.Phase = history.Outcome(f&3), history.Phase(f>>phaseShift&3)
		op.ReadOnly, op.Whole = f&flagReadOnly != 0, f&flagWhole != 0
		op.Kind = kinds[kind.uint()]
		if !op.Whole {
			op.Key = key.uint()
		}
		if f&flagRetries != 0 {
			op.Retries = uint16(retries.uint())
		}
		if f&flagNote != 0 {
			noted++
		}
	}
	notes := readTexts(texts, templates, noted)
	for i := range all {
		if (*flags)[i]&flagNote != 0 {
			all[i].Note, notes = notes[0], notes[1:]
		}
	}
	return all
}

// anyText makes texts as operations have them, and others.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "0", "007", "-5", "9007199254740993", "999999999999999", "1e5", "a\x00b1", "\x00", "1\x002"}),
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("deduct %d from wallet %d → %d",
				rapid.Int().Draw(t, "amount"), rapid.Uint16().Draw(t, "wallet"), rapid.Int32().Draw(t, "left"))
		}),
		rapid.String(),
	)
}

func anyOp() *rapid.Generator[report.Operation] {
	return rapid.Custom(func(t *rapid.T) report.Operation {
		op := report.Operation{
			Client: rapid.Int32().Draw(t, "client"), Call: rapid.Int64Range(0, 1<<53).Draw(t, "call"), Return: -1,
			Outcome: history.Outcome(rapid.IntRange(0, 2).Draw(t, "outcome")), Phase: history.Phase(rapid.IntRange(0, 2).Draw(t, "phase")),
			Retries: rapid.Uint16().Draw(t, "retries"), Kind: rapid.SampledFrom([]string{"read", "write", ""}).Draw(t, "kind"),
			ReadOnly: rapid.Bool().Draw(t, "readOnly"), Whole: rapid.Bool().Draw(t, "whole"),
			Text: anyText().Draw(t, "text"), Note: anyText().Draw(t, "note"),
		}
		if !op.Whole {
			op.Key = rapid.Uint64().Draw(t, "key")
		}
		if rapid.Bool().Draw(t, "returned") {
			op.Return = op.Call + rapid.Int64Range(0, 1<<53).Draw(t, "took")
		}
		return op
	})
}

func TestOperationsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(anyOp(), 1, 60).Draw(t, "ops")
		r := &report.Report{Timeline: timeline(want...)}
		r.Timeline.Object = func(key uint64) string { return fmt.Sprintf("object %d", key) }
		var page bytes.Buffer
		require.NoError(t, Write(&page, r))
		got, objects := readBack(t, page.String(), len(want))
		for i := range got {
			if !got[i].Whole {
				require.Equal(t, fmt.Sprintf("object %d", want[i].Key), objects[got[i].Key])
				got[i].Key = want[i].Key
			}
		}
		require.Equal(t, want, got)
	})
}

func TestBlocksGoOnWhereTheLastEnded(t *testing.T) {
	n := blockSize + 3
	r := &report.Report{Timeline: &report.Timeline{
		Len: n,
		At: func(i int) report.Operation {
			return report.Operation{Call: int64(i) * 1000, Return: int64(i)*1000 + 7, Text: fmt.Sprintf("op %d of many", i), Kind: "k"}
		},
		Object: func(uint64) string { return "one" },
	}}
	var page bytes.Buffer
	require.NoError(t, Write(&page, r))
	got, objects := readBack(t, page.String(), n)
	require.Equal(t, []string{"one"}, objects)
	require.Len(t, got, n)
	require.Equal(t, r.Timeline.At(blockSize), got[blockSize])
	require.Equal(t, r.Timeline.At(n-1), got[n-1])
}

// Texts that differ in more than their numbers do not fill the memory with templates.
func TestManyDifferentTextsAreWrittenAsTheyAre(t *testing.T) {
	n := mostTemplates + 500
	at := func(i int) report.Operation {
		return report.Operation{Return: 1, Text: strings.Repeat("x", i%70) + string(rune('a'+i/70%26)) + string(rune('A'+i/1820))}
	}
	r := &report.Report{Timeline: &report.Timeline{Len: n, At: at, Object: func(uint64) string { return "" }}}
	var page bytes.Buffer
	require.NoError(t, Write(&page, r))
	got, _ := readBack(t, page.String(), n)
	for i := range got {
		require.Equal(t, at(i).Text, got[i].Text)
	}
}

func TestWhatIsNoTextIsReplaced(t *testing.T) {
	var page bytes.Buffer
	require.NoError(t, Write(&page, &report.Report{Timeline: timeline(report.Operation{Text: "a\xff1"})}))
	got, _ := readBack(t, page.String(), 1)
	require.Equal(t, "a\uFFFD1", got[0].Text)
}
