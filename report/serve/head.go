package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// headLimit is how much of a report.json is read at most, in bytes. What an index shows stands at its beginning; behind it a
// report may go on for ever.
const headLimit = 256 << 10

// head is what an index shows of a report.
type head struct {
	Info      history.Info
	Stats     figures
	HasStats  bool
	Status    string // of checkers.Status
	Reason    string
	Anomaly   string // the name of the first
	Message   string // and its explanation
	hasFirst  bool
	hasStatus bool
}

// figures are those of report.Stats that an index shows.
type figures struct {
	Ops        int64         `json:"ops"`
	Throughput float64       `json:"throughput"`
	P99        time.Duration `json:"p99"`
}

// errEnough ends the reading of a report, of which all is known that is shown.
var errEnough = errors.New("enough was read")

// readHead reads the beginning of a report.json, and no more of it than it must. What it lacks, since it is further back than the
// limit, is left out; without a run and a status it is no report.
func readHead(r io.Reader) (*head, error) {
	dec := json.NewDecoder(io.LimitReader(r, headLimit))
	var h head
	err := members(dec, func(key string) error {
		var err error
		switch key {
		case "run":
			err = dec.Decode(&h.Info)
		case "stats":
			err = dec.Decode(&h.Stats)
			h.HasStats = err == nil
		case "verdict":
			err = members(dec, func(key string) error { return h.verdict(dec, key) })
		default:
			err = skip(dec)
		}
		return errors.Join(err, h.enough())
	})
	switch {
	case h.Info.Workload != "" && h.hasStatus:
		return &h, nil
	case err == nil:
		err = errors.New("it names no workload or no verdict")
	}
	return nil, err
}

func (h *head) enough() error {
	explained := map[string]bool{
		checkers.Valid.String(): true, checkers.Undecided.String(): h.Reason != "", checkers.Invalid.String(): h.hasFirst,
	}
	if h.Info.Workload != "" && h.HasStats && explained[h.Status] {
		return errEnough
	}
	return nil
}

func (h *head) verdict(dec *json.Decoder, key string) error {
	switch key {
	case "status":
		var status checkers.Status // one of those that there are, since pages go by it
		err := dec.Decode(&status)
		h.Status, h.hasStatus = status.String(), err == nil
		return err
	case "reason":
		return dec.Decode(&h.Reason)
	case "anomalies":
		return elements(dec, func() error {
			if h.hasFirst {
				return skip(dec)
			}
			err := members(dec, func(key string) error {
				switch key {
				case "name":
					return dec.Decode(&h.Anomaly)
				case "message":
					return dec.Decode(&h.Message)
				}
				return skip(dec)
			})
			h.hasFirst = err == nil
			return errors.Join(err, h.enough())
		})
	}
	return skip(dec)
}

// members walks through an object, and has each value read.
func members(dec *json.Decoder, value func(key string) error) error {
	if err := delim(dec, '{'); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, ok := key.(string)
		if !ok {
			return fmt.Errorf("expected a name, not %v", key)
		}
		if err := value(name); err != nil {
			return err
		}
	}
	return delim(dec, '}')
}

// elements walks through a list.
func elements(dec *json.Decoder, value func() error) error {
	if err := delim(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		if err := value(); err != nil {
			return err
		}
	}
	return delim(dec, ']')
}

func delim(dec *json.Decoder, want json.Delim) error {
	got, err := dec.Token()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("expected %v, not %v", want, got)
	}
	return nil
}

// skip passes over a value, however large it is, without holding it.
func skip(dec *json.Decoder) error {
	for depth := 0; ; {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
