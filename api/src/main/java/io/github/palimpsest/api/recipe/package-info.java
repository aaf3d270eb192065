/** Recipe text: its grammar, its values, and the schedules that it names. */
@NullMarked
package io.github.palimpsest.api.recipe;

import org.jspecify.annotations.NullMarked;
