package io.github.palimpsest.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkSettingsTest {
  private static final String ADDRESS = "spark://a:7077";

  @Test
  void each_worker_has_a_gpu_of_its_own_unless_the_settings_say_otherwise() {
    assertThat(
            SparkSettings.of(ADDRESS, Map.of(), false).contains("spark.task.resource.gpu.amount"))
        .isFalse();
    SparkConf one = SparkSettings.of(ADDRESS, Map.of(), true);
    assertThat(one.get("spark.task.resource.gpu.amount")).isEqualTo("1");
    assertThat(one.get("spark.executor.resource.gpu.amount")).isEqualTo("1");
    Map<String, String> eight = Map.of("spark.executor.resource.gpu.amount", "8");
    assertThat(SparkSettings.of(ADDRESS, eight, true).get("spark.executor.resource.gpu.amount"))
        .isEqualTo("8");
  }

  @Test
  void a_worker_sees_the_gpus_of_its_task_alone() {
    ResourceInformation two = new ResourceInformation("gpu", new String[] {"3", "5"});
    assertThat(WorkerTask.gpus(Map.of("gpu", two)))
        .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "3,5"));
    assertThat(WorkerTask.gpus(Map.of())).isEmpty();
  }

  @Test
  void what_is_no_setting_of_spark_is_refused() {
    assertThatThrownBy(() -> SparkSettings.of(ADDRESS, Map.of("executor.memory", "2g"), false))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("--conf executor.memory: the settings of Spark begin with 'spark.'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spark://a:7077 | true",
        "spark://a:7077,b:7077 | true",
        "local-cluster[2,1,1024] | true",
        "yarn | true",
        "k8s://https://host:6443 | true",
        "spark://a | false",
        "local-cluster[2] | false",
        "a:7077 | false"
      })
  void an_address_is_the_url_of_a_master(String address, boolean known) {
    assertThat(new SparkProvider().opens(address)).isEqualTo(known);
  }
}
