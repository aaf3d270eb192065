/** Tests of adapters in files of PEFT. */
@NullMarked
package io.github.palimpsest.llm.peft;

import org.jspecify.annotations.NullMarked;
