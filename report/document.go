package report

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Version is that of the JSON in which reports and matrices are written; docs/report-format.md describes it. It counts up when a
// member goes or changes its meaning, not when one is added.
const Version = 1

// ErrVersion means that a document is in a version of the format that this package does not read, and ErrNotReport that it is
// something else. Test with errors.Is.
var (
	ErrVersion   = errors.New("unknown version of the report format")
	ErrNotReport = errors.New("not a report")
)

// What the member "stress" of a document says it is.
const (
	kindReport = "report"
	kindMatrix = "matrix"
)

// header is how every document begins.
type header struct {
	Stress string `json:"stress"`
	Format int    `json:"format"`
}

// read holds that a document is of the kind, in a version that is known.
func (h header) read(text []byte, kind string) error {
	if err := json.Unmarshal(text, &h); err != nil || h.Stress != kind {
		return fmt.Errorf(`%w: it should be an object with "stress":%q, as this program writes`, ErrNotReport, kind)
	}
	switch {
	case h.Format > Version:
		return fmt.Errorf("%w: it is version %d, and this program reads version %d: take a newer one", ErrVersion, h.Format, Version)
	case h.Format < 1:
		return fmt.Errorf("%w: version %d is none", ErrVersion, h.Format)
	}
	return nil
}

// These have the members of the types, and not their methods.
type (
	plainReport Report
	plainMatrix Matrix
)

// MarshalJSON writes the report as docs/report.schema.json describes it.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		header
		plainReport
	}{header{kindReport, Version}, plainReport(r)})
}

// UnmarshalJSON reads a report. It fails with [ErrNotReport] and [ErrVersion] on what is none, or is newer.
func (r *Report) UnmarshalJSON(text []byte) error {
	if err := (header{}).read(text, kindReport); err != nil {
		return err
	}
	return json.Unmarshal(text, (*plainReport)(r))
}

// MarshalJSON writes the matrix as docs/matrix.schema.json describes it.
func (m Matrix) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		header
		plainMatrix
	}{header{kindMatrix, Version}, plainMatrix(m)})
}

// UnmarshalJSON reads a matrix. It fails as [Report.UnmarshalJSON] does.
func (m *Matrix) UnmarshalJSON(text []byte) error {
	if err := (header{}).read(text, kindMatrix); err != nil {
		return err
	}
	return json.Unmarshal(text, (*plainMatrix)(m))
}
