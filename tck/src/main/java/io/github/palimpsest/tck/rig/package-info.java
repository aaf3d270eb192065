/**
 * The test beds of components: small models, and graphs in which every input of a component is fed
 * and every output fetched.
 *
 * <p>Internal to the kit, though public for its packages: it may change in any release. Start at
 * {@link io.github.palimpsest.tck.rig.OptimizerRig}. This package may use the API and TensorFlow.
 */
@NullMarked
package io.github.palimpsest.tck.rig;

import org.jspecify.annotations.NullMarked;
