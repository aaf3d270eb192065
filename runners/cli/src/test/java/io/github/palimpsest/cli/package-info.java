/**
 * Tests of the command as its callers see it: output, messages, exit codes, what is left behind.
 */
@NullMarked
package io.github.palimpsest.cli;

import org.jspecify.annotations.NullMarked;
