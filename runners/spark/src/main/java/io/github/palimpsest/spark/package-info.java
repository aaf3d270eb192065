/**
 * Runs workers on Apache Spark: start at {@link io.github.palimpsest.spark.SparkCluster}. Each
 * worker is a process of its own that the only task of a Spark job starts.
 */
@NullMarked
package io.github.palimpsest.spark;

import org.jspecify.annotations.NullMarked;
