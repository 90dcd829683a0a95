package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// mostTries is how many runs are made until one shows what it should first: a race may turn out otherwise.
const mostTries = 10

// made makes runs until one shows the anomaly before all others, and gives its page.
func (s *shot) made(ctx context.Context, stress, dir string) (page string, err error) {
	for try := range mostTries {
		folder := filepath.Join(dir, fmt.Sprint(try))
		c := exec.CommandContext(ctx, stress, append([]string{"run", "-q", "-o", folder}, s.run...)...)
		c.Stderr = os.Stderr
		var exit *exec.ExitError
		if err := c.Run(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			return "", fmt.Errorf("stress run %v: %w", s.run, err)
		}
		first, err := firstOf(filepath.Join(folder, "latest", "report.json"))
		if err != nil {
			return "", err
		}
		if first == s.want {
			return filepath.Join(folder, "latest", "report.html"), nil
		}
		fmt.Fprintf(os.Stderr, "%s: the run shows %q first, not %s; again\n", s.name, first, s.want)
	}
	return "", fmt.Errorf("of %d runs none shows %s first", mostTries, s.want)
}

// firstOf gives the name of the first anomaly of a report, or nothing.
func firstOf(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var r struct {
		Verdict struct {
			Anomalies []struct {
				Name string `json:"name"`
			} `json:"anomalies"`
		} `json:"verdict"`
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	first := slices.Clip(r.Verdict.Anomalies)
	if len(first) == 0 {
		return "", nil
	}
	return first[0].Name, nil
}
