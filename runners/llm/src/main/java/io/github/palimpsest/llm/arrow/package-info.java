/**
 * Reads the columns of Apache Arrow files as JSON, one record batch at a time. The definitions of
 * the messages are those of the Arrow project.
 */
@NullMarked
package io.github.palimpsest.llm.arrow;

import org.jspecify.annotations.NullMarked;
