/** Results as tables for SQL, and why two cells differ. */
@NullMarked
package io.github.palimpsest.results.query;

import org.jspecify.annotations.NullMarked;
