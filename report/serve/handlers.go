package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/diff"
)

// perPage is how many runs a page of the index has.
const perPage = 100

// list shows the index.
func (s *Server) list(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.index.list(r.Context())
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := 1
	if text := q.Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 1 {
			return answer(http.StatusBadRequest, "The number of a page is 1 or more, not %q.", text)
		}
	}
	f := filter{q.Get("verdict"), q.Get("target"), q.Get("workload")}
	return s.pages.index(w, r, s.listing(runs, f, page))
}

// latest leads to the newest run.
func (s *Server) latest(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.index.list(r.Context())
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		return answer(http.StatusNotFound, "There is no run yet.")
	}
	http.Redirect(w, r, s.link(runs[0]), http.StatusFound)
	return nil
}

// link is where the page of a run is, or, if there is none, what is known of the run.
func (s *Server) link(x *run) string {
	if _, err := s.folder.plain(x.Name, reportHTML); err == nil || s.maker.has(s.folder, x.Name) {
		return at(x.Name, reportHTML)
	}
	return at(x.Name, "")
}

// run shows what is known of a run, and its files.
func (s *Server) run(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("run")
	if !named(name) {
		return fs.ErrNotExist
	}
	x, err := s.index.one(name)
	if err != nil {
		return err
	}
	v := view{run: x, Made: s.maker.has(s.folder, name), CanCheck: s.o.Check != nil}
	for _, file := range shown() {
		if info, err := s.folder.plain(name, file); err == nil {
			v.Files = append(v.Files, listed{file, at(name, file), info.Size()})
			v.HasPage = v.HasPage || file == reportHTML
		}
	}
	return s.pages.run(w, r, v)
}

// The page of a run may hold anything: it is given an origin of its own, and nothing to load.
const sandbox = "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; script-src 'unsafe-inline' blob:; " +
	"style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:; connect-src data: blob:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// file gives a file of a run.
func (s *Server) file(w http.ResponseWriter, r *http.Request) error {
	run, name := r.PathValue("run"), r.PathValue("file")
	k, known := kindOf(name)
	if !known || !named(run) {
		return fs.ErrNotExist
	}
	f, info, err := s.folder.open(run, name)
	if errors.Is(err, fs.ErrNotExist) && name == reportHTML {
		f, info, err = s.maker.open(s.folder, run)
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written
	h := w.Header()
	h.Set("Content-Type", k.content)
	if k.download {
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", run+"-"+name))
	}
	if name == reportHTML {
		h.Set("Content-Security-Policy", sandbox)
		h.Del("Cross-Origin-Opener-Policy") // beside a sandbox it is an error
	} else {
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
		h.Del("Cross-Origin-Opener-Policy")
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
	return nil
}

// mostReport is how long a report may be to be compared with another, in bytes.
const mostReport = 256 << 20

// diff shows two runs side by side, the older one first.
func (s *Server) diff(w http.ResponseWriter, r *http.Request) error {
	names := r.URL.Query()["run"]
	if len(names) != 2 {
		return answer(http.StatusBadRequest, "Two runs are compared; %d are chosen.", len(names))
	}
	var reports [2]*report.Report
	for i, name := range names {
		one, err := s.report(name)
		if err != nil {
			return err
		}
		reports[i] = one
	}
	if reports[1].Info.Start.Before(reports[0].Info.Start) {
		names[0], names[1] = names[1], names[0]
		reports[0], reports[1] = reports[1], reports[0]
	}
	return s.pages.diff(w, r, diff.Of(names[0], reports[0], names[1], reports[1]))
}

// report reads the whole report of a run.
func (s *Server) report(name string) (*report.Report, error) {
	if !named(name) {
		return nil, fs.ErrNotExist
	}
	f, info, err := s.folder.open(name, reportJSON)
	if errors.Is(err, fs.ErrNotExist) {
		if made := s.maker.report(s.folder, name); made != nil {
			return made, nil
		}
		return nil, answer(http.StatusNotFound, "The run %s has no report yet: check it first.", name)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if info.Size() > mostReport {
		return nil, answer(http.StatusRequestEntityTooLarge,
			"The report of %s is too large to be compared here: use stress diff.", name)
	}
	var one report.Report
	if err := json.NewDecoder(io.LimitReader(f, mostReport)).Decode(&one); err != nil {
		return nil, answer(http.StatusUnprocessableEntity,
			"The report of %s can't be read: %w. Write it again with stress report.", name, err)
	}
	return &one, nil
}

// check makes the page of a run that has none, and leads to it.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("run")
	if !named(name) || s.o.Check == nil {
		return fs.ErrNotExist
	}
	if s.folder.find(name, reportHTML) == nil {
		http.Redirect(w, r, at(name, reportHTML), http.StatusSeeOther)
		return nil
	}
	err := s.maker.make(r.Context(), s.folder, name, s.o)
	switch {
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "5")
		return answer(http.StatusServiceUnavailable, "Another history is being checked: ask again when that is done.")
	case errors.Is(err, os.ErrNotExist):
		return err
	case err != nil:
		return answer(http.StatusUnprocessableEntity, "The history can't be checked: %w.", err)
	}
	http.Redirect(w, r, at(name, reportHTML), http.StatusSeeOther)
	return nil
}
