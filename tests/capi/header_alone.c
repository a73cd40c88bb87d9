#include <wuye/wuye.h>
#include <wuye/wuye.h> /* twice does no harm */

wuye_status header_alone(void);
wuye_status header_alone(void) { return WUYE_STATUS_OK; }
