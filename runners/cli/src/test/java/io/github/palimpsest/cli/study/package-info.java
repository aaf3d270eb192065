/**
 * The page of the study of flat minima: its answers, tables and figures, from committed results.
 */
@NullMarked
package io.github.palimpsest.cli.study;

import org.jspecify.annotations.NullMarked;
