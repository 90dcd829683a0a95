package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DefaultCases is where runs that failed are kept, beside the test.
const DefaultCases = "testdata/stress"

// noCases is the name of no folder: nothing is kept.
const noCases = "off"

// caseVersion is that of the files.
const caseVersion = 1

// savedCase is a run that failed, as it is kept in a file.
type savedCase struct {
	Stress   int    `json:"stress"` // version of the file
	Test     string `json:"test"`
	Workload string `json:"workload"`
	Anomaly  string `json:"anomaly"`
	Message  string `json:"message"`
	attempt
	Failed int `json:"failed"`
	Tries  int `json:"tries"`

	path string
}

// readCases gives the cases in a folder, by name; none if there is no such folder.
func readCases(folder string) ([]savedCase, error) {
	if folder == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	var all []savedCase
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".json" {
			continue
		}
		name := filepath.Join(folder, e.Name())
		c, err := readCase(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: mend or remove it", name, err)
		}
		all = append(all, c)
	}
	return all, nil
}

func readCase(name string) (c savedCase, err error) {
	text, err := os.ReadFile(name) //nolint:gosec // the user's own test folder
	if err != nil {
		return c, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, err
	}
	c.path = name
	if _, ok := schedulerOf(c.Schedule); !ok && c.Schedule != theirs {
		return c, fmt.Errorf("there is no schedule %q", c.Schedule)
	}
	if c.Stress != caseVersion {
		return c, fmt.Errorf("it is of version %d, and this program reads version %d", c.Stress, caseVersion)
	}
	if c.Clients < 1 || c.Clients > MaxClients || c.Ops < 1 {
		return c, fmt.Errorf("%d clients and %d operations make no run", c.Clients, c.Ops)
	}
	return c, nil
}

// write keeps the case in a folder, one for each anomaly, whole or not at all.
func (c *savedCase) write(folder string) (path string, err error) {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a folder of test data, for everybody to read
		return "", err
	}
	path = filepath.Join(folder, fileName(c.Anomaly)+".json")
	f, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", errors.Join(err, ignoreMissing(os.Remove(f.Name())))
	}
	return path, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
