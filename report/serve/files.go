package serve

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The names of files in a run's folder.
const (
	reportJSON = "report.json"
	reportHTML = "report.html"
	reportText = "report.txt"
)

// histories are the names that a history may have.
func histories() []string { return []string{"history.jsonl", "history.jsonl.zst"} }

// kind is how a file is served.
type kind struct {
	content  string // its type
	download bool   // not shown, but saved
}

// kindOf knows the files of a run's folder. No other is served.
func kindOf(name string) (kind, bool) {
	k, ok := map[string]kind{
		reportHTML:          {content: "text/html; charset=utf-8"},
		reportJSON:          {content: "application/json"},
		reportText:          {content: "text/plain; charset=utf-8"},
		"history.jsonl":     {content: "application/jsonl", download: true},
		"history.jsonl.zst": {content: "application/zstd", download: true},
	}[name]
	return k, ok
}

// shown are the names of the files of a run, in the order in which they are listed.
func shown() []string { return append([]string{reportHTML, reportText, reportJSON}, histories()...) }

// folder is the folder of the runs. All that is read goes through the root, which no path and no link leaves.
type folder struct{ root *os.Root }

// named reports whether the name can be that of a run's folder: one element of a path, that leads nowhere else.
func named(run string) bool {
	return run != "" && run != "." && !strings.ContainsAny(run, "/\\\x00:") && filepath.IsLocal(run)
}

// find fails if there is no such file of a run. What is no plain file, such as a link or a pipe, is not there.
func (f folder) find(run, name string) error {
	if dir, err := f.root.Lstat(run); err != nil || !dir.IsDir() {
		return errors.Join(err, fs.ErrNotExist)
	}
	_, err := f.plain(run, name)
	return err
}

// plain tells of a file of a run that is known to be a folder; see find.
func (f folder) plain(run, name string) (fs.FileInfo, error) {
	info, err := f.root.Lstat(path.Join(run, name))
	if err == nil && !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	return info, err
}

// open opens a file of a run.
func (f folder) open(run, name string) (*os.File, fs.FileInfo, error) {
	if err := f.find(run, name); err != nil {
		return nil, nil, err
	}
	file, err := f.root.Open(path.Join(run, name))
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, nil, err
	}
	return file, info, nil
}

// history finds the history of a run.
func (f folder) history(run string) (name string, info fs.FileInfo, err error) {
	for _, name := range histories() {
		if info, err = f.plain(run, name); err == nil {
			return name, info, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return "", nil, err
}
