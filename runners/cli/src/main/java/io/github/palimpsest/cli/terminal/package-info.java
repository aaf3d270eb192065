/** What is printed: progress, dashboards, JSON, exit codes. */
@NullMarked
package io.github.palimpsest.cli.terminal;

import org.jspecify.annotations.NullMarked;
